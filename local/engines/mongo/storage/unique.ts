import type { Index } from './collection-index.ts';
import { changedAt, committed, type StoredRecord, seen } from './record.ts';
import type { OpenTransaction } from './transaction.ts';

/**
 * What another record under the same key of a unique index means for a write: a duplicate, a conflict with a transaction that is
 * open or committed after the snapshot, or nothing (the entry belongs to a state that is past).
 */
export function conflictOnKey(
  index: Index,
  key: string,
  other: StoredRecord,
  transaction: OpenTransaction | null,
): 'duplicate' | 'conflict' | 'none' {
  const stands = (document: ReturnType<typeof committed>): boolean =>
    document !== null && index.keysOf(document).includes(key);
  if (other.writer !== null && other.writer === transaction) return stands(other.pending) ? 'duplicate' : 'none';
  const now = stands(committed(other));
  if (other.writer !== null && now !== stands(other.pending)) return 'conflict';
  if (transaction && changedAt(other) > transaction.time) {
    const before = stands(seen(other, transaction));
    if (before !== now) return 'conflict';
  }
  return now ? 'duplicate' : 'none';
}
