import { BoundedMap } from '../core/bounded-map.ts';
import { messageOf } from '../core/errors.ts';
import type { ApiKeys } from '../ports/api-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../sdk/log.ts';

const NOTED_MS = 60_000;
const MOST_NOTED = 1000;

/** Notes that a key was used, at most once a minute each. Nobody waits for it, and nothing follows from its failure. */
export function createNoteUse({
  keys,
  clock,
  log,
}: {
  keys: Pick<ApiKeys, 'used'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}): (id: string) => void {
  const noted = new BoundedMap<string, number>(MOST_NOTED);
  const note = async (id: string, now: number): Promise<void> => {
    try {
      await keys.used([id], new Date(now).toISOString());
    } catch (error) {
      log.warn('the last use of a key was not noted', { key: id, reason: messageOf(error) });
    }
  };
  return (id) => {
    const now = clock.now();
    if (now - (noted.get(id) ?? -NOTED_MS) < NOTED_MS) return;
    noted.set(id, now);
    void note(id, now);
  };
}
