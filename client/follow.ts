import type { FollowFilter, StoredEvent } from './types.ts';
import { queryOf } from './wire.ts';

interface Page {
  items: StoredEvent[];
  next: string | null;
}

const LIMIT = 200;
/** What is younger than a minute may come again; more than that between the clocks of those who stamp. */
const REPEATS_MS = 120_000;

/**
 * Follows the list of settled events, and drops what comes again: by source, id and `settledtime`.
 * @param read one page
 * @param pause where nothing new is there
 */
export async function* follow(
  read: (query: URLSearchParams) => Promise<Page>,
  filter: FollowFilter,
  pause: () => Promise<void>,
): AsyncGenerator<StoredEvent, never> {
  const query = queryOf({ ...filter, order: 'settled', limit: String(LIMIT) });
  const seen = new Map<string, number>();
  for (;;) {
    const { items, next } = await read(query);
    let fresh = 0;
    for (const event of items) {
      const { source, id, settledtime = '' } = event;
      const name = JSON.stringify([source, id, settledtime]);
      if (seen.has(name)) continue;
      seen.set(name, Date.parse(settledtime));
      fresh += 1;
      yield event;
    }
    forget(seen);
    if (next !== null) query.set('cursor', next);
    if (fresh === 0 || items.length < LIMIT) await pause();
  }
}

function forget(seen: Map<string, number>): void {
  const newest = [...seen.values()].reduce((latest, at) => Math.max(latest, at), 0);
  for (const [name, at] of seen) if (at < newest - REPEATS_MS) seen.delete(name);
}
