import type { Doc } from '../value/types.ts';

/** One committed state of a record; `null` when it was deleted. */
export interface Version {
  readonly time: number;
  readonly document: Doc | null;
}

/** The open transaction that has written a record and not yet ended. */
export interface Writer {
  /** Resolves when the transaction has committed or aborted. */
  readonly ended: Promise<void>;
}

/** All states of one `_id` that somebody can still see, oldest first, and the one that an open transaction would make. */
export interface StoredRecord {
  readonly key: string;
  /** Order of first insertion. */
  readonly rank: number;
  versions: Version[];
  writer: Writer | null;
  /** What the writer sees; meaningful only while there is a writer. */
  pending: Doc | null;
}

/** What ending a transaction needs of a collection. */
export interface StoredCollection {
  readonly database: string;
  readonly name: string;
  /** The open transaction that made this collection by its first write. */
  maker: Writer | null;
  /** Dropped: whoever waited must look the name up again. */
  gone: boolean;
  commit(record: StoredRecord, time: number): void;
  rollback(record: StoredRecord): void;
  prune(record: StoredRecord): void;
}

/** Who reads: committed states up to a time, and the writes of its own transaction. */
export interface View {
  readonly time: number;
  readonly writer: Writer | null;
}

/** The newest committed state of everything. */
export const latest: View = { time: Number.POSITIVE_INFINITY, writer: null };

/** The state of a record that a view sees; `null` when there is none. */
export function seen(record: StoredRecord, view: View): Doc | null {
  if (record.writer !== null && record.writer === view.writer) return record.pending;
  for (let at = record.versions.length - 1; at >= 0; at--) {
    const version = record.versions[at];
    if (version && version.time <= view.time) return version.document;
  }
  return null;
}

/** When the record was last changed by a commit; 0 for never. */
export const changedAt = (record: StoredRecord): number => record.versions.at(-1)?.time ?? 0;

/** The newest committed state. */
export const committed = (record: StoredRecord): Doc | null => record.versions.at(-1)?.document ?? null;
