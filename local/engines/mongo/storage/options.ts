import type { Doc } from '../value/types.ts';
import type { CommitClock } from './clock.ts';
import type { StoredCollection, StoredRecord } from './record.ts';

/** https://www.mongodb.com/docs/manual/reference/command/create/ */
export interface CollectionOptions {
  validator?: Doc;
  validationLevel?: 'off' | 'strict' | 'moderate';
  validationAction?: 'error' | 'warn';
}

/** What a collection needs of its store. */
export interface Pruning {
  readonly clock: CommitClock;
  /** The time of the oldest open snapshot; Infinity when there is none. */
  oldestSnapshot(): number;
  /** A collection or an index is not what it was. */
  redefined(): void;
  /** Some versions must stay while a snapshot is open: prune the record again when one ends. */
  postpone(collection: StoredCollection, record: StoredRecord): void;
}
