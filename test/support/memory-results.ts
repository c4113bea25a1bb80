import type { Waiter } from '../../lib/core/access/identity.ts';
import { DependencyError } from '../../lib/core/errors.ts';
import type { Next } from '../../lib/core/next.ts';
import type { Results, SettledEvent, StoredOutcome } from '../../lib/ports/results.ts';

export interface MemoryResults extends Results {
  readonly outcomes: Map<string, StoredOutcome>;
  readonly settled: Map<string, SettledEvent>;
  /** Why events wait. */
  readonly noted: Map<string, Next>;
  silent: boolean;
  slots: number;
  /** For whom a place was asked. */
  readonly waiters: Waiter[];
  /** Waits that were asked for, in ms. */
  readonly waits: number[];
  /** What happens while somebody waits. */
  meanwhile: () => Promise<void> | void;
}

/** Results in memory. A wait takes no time: what happens in it is `meanwhile`. */
export function memoryResults(): MemoryResults {
  const answer = async <Value>(value: () => Value): Promise<Value> => {
    if (results.silent) throw new DependencyError('redis', 'silent');
    return value();
  };
  const read = (key: string) => {
    const outcome = results.outcomes.get(key);
    const event = results.settled.get(key);
    return outcome ? { outcome, ...(event && { event }) } : null;
  };
  const results: MemoryResults = {
    outcomes: new Map(),
    settled: new Map(),
    noted: new Map(),
    silent: false,
    slots: 100,
    waits: [],
    waiters: [],
    meanwhile: () => undefined,
    tell: (key, outcome, event) =>
      answer(() => {
        if ((results.outcomes.get(key)?.replay ?? 0) > outcome.replay) return;
        results.outcomes.set(key, outcome);
        results.settled.set(key, event);
      }),
    readOutcomes: (keys) => answer(() => keys.map((key) => results.outcomes.get(key) ?? null)),
    read: (key) => answer(() => read(key)),
    wait: async (_, ms, look) => {
      const before = await look();
      if (before) return before;
      results.waits.push(ms);
      await results.meanwhile();
      return look();
    },
    takeSlot: (waiter) =>
      answer(() => {
        results.waiters.push(waiter);
        if (results.slots === 0) return null;
        results.slots--;
        return {
          release: async () => {
            results.slots++;
          },
        };
      }),
    noteWaits: (waits) => answer(() => waits.forEach(({ key, why, at }) => void results.noted.set(key, { why, at }))),
    readWait: (key) => answer(() => results.noted.get(key) ?? null),
    voidMarks: () => answer(() => undefined),
    voidedMarks: () => answer(() => new Set()),
  };
  return results;
}
