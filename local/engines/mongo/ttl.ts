import type { Index } from './storage/collection-index.ts';
import { Blocked } from './storage/faults.ts';
import type { Store } from './storage/store.ts';
import { keyOf, tagOf } from './value/key.ts';
import { reach } from './value/paths.ts';
import type { Doc } from './value/types.ts';

/**
 * Deletes what has expired by a TTL index.
 * https://www.mongodb.com/docs/manual/core/index-ttl/
 * @param now epoch ms
 * @returns how many documents were deleted
 */
export function expireDocuments(store: Store, now: number): number {
  let deleted = 0;
  for (const collection of store.collections()) {
    for (const index of collection.indexes.values()) {
      const { expireAfterSeconds } = index.spec;
      if (expireAfterSeconds === undefined) continue;
      const limit = now - expireAfterSeconds * 1000;
      for (const key of expired(index, limit)) {
        try {
          collection.write(key, null, 'replace', null);
          deleted += 1;
        } catch (cause) {
          // An open transaction is at it; the next round sees what became of it.
          if (!(cause instanceof Blocked)) throw cause;
        }
      }
    }
  }
  return deleted;
}

/** The earliest date in an array counts; what is no date stays. */
function expired(index: Index, limit: number): string[] {
  const [only] = index.fields;
  if (!only) return [];
  const found: string[] = [];
  const dates = index.fields[0]?.direction === 1;
  const all = dates
    ? index.scan({ low: tagOf('date'), high: `${keyOf(new Date(limit))}\0` }, false)
    : index.scan({ low: '', high: '\uffff' }, false);
  for (const { record } of all) {
    const document = latestOf(record.versions);
    if (record.writer === null && document && isPast(document, only.parts, limit)) found.push(record.key);
  }
  return found;
}

const latestOf = (versions: readonly { document: Doc | null }[]): Doc | null => versions.at(-1)?.document ?? null;

const isPast = (document: Doc, parts: readonly string[], limit: number): boolean => {
  const past = (value: unknown): boolean => value instanceof Date && value.getTime() <= limit;
  return reach(document, parts, (value) => (Array.isArray(value) ? value.some(past) : past(value)));
};
