import type { Binary } from 'bson';
import { keyOf } from '../value/key.ts';
import type { Doc } from '../value/types.ts';
import { Index, type IndexSpec } from './collection-index.ts';
import { DocumentKeys } from './document-keys.ts';
import { Blocked, duplicateKey, writeConflict } from './faults.ts';
import type { CollectionOptions, Pruning } from './options.ts';
import {
  changedAt,
  committed,
  latest,
  type StoredCollection,
  type StoredRecord,
  seen,
  type Version,
  type View,
  type Writer,
} from './record.ts';
import type { OpenTransaction } from './transaction.ts';
import { conflictOnKey } from './unique.ts';

/** Documents of one collection in all states that somebody can still see, and their indexes. */
export class Collection implements StoredCollection {
  readonly database: string;
  name: string;
  readonly uuid: Binary;
  options: CollectionOptions;
  readonly records = new Map<string, StoredRecord>();
  readonly indexes = new Map<string, Index>();
  maker: Writer | null = null;
  gone = false;
  readonly #store: Pruning;
  #lastRank = 0;

  constructor(store: Pruning, database: string, name: string, uuid: Binary, options: CollectionOptions) {
    this.#store = store;
    this.database = database;
    this.name = name;
    this.uuid = uuid;
    this.options = options;
    this.addIndex(new Index({ name: '_id_', key: { _id: 1 } }, undefined));
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  /** Every document that a view sees, in order of insertion. */
  *all(view: View): Generator<{ record: StoredRecord; document: Doc }, void, undefined> {
    for (const record of this.records.values()) {
      const document = seen(record, view);
      if (document !== null) yield { record, document };
    }
  }

  /** @throws MongoFault DuplicateKey when what is there already breaks a unique index; then it is not added */
  addIndex(index: Index): void {
    for (const record of this.records.values()) {
      for (const { document } of record.versions) {
        if (document === null) continue;
        const keys = index.keysOf(document);
        if (index.spec.unique && document === committed(record)) this.#checkUnique(index, record, keys, document, null);
        index.add(record, keys);
      }
    }
    this.indexes.set(index.spec.name, index);
    this.#store.redefined();
  }

  dropIndex(spec: IndexSpec): void {
    this.indexes.delete(spec.name);
    this.#store.redefined();
  }

  /**
   * Adds a document, or puts it in the place of the one with its `_id`; `null` deletes.
   * @param transaction whose write it is; null: committed at once
   * @throws MongoFault DuplicateKey or (in a transaction) WriteConflict; Blocked (outside one) when an open transaction is before it
   */
  write(key: string, document: Doc | null, mode: 'insert' | 'replace', transaction: OpenTransaction | null): void {
    const record = this.records.get(key) ?? { key, rank: ++this.#lastRank, versions: [], writer: null, pending: null };
    if (record.writer !== null && record.writer !== transaction) {
      if (transaction) throw writeConflict();
      throw new Blocked(record.writer);
    }
    const before = seen(record, transaction ?? latest);
    if (mode === 'insert' && before !== null && document !== null) {
      const index = this.indexes.get('_id_');
      if (index) throw duplicateKey(this.namespace, index, document);
    }
    if (transaction && record.writer === null && changedAt(record) > transaction.time) throw writeConflict();
    const added = document === null ? [] : this.#keysToAdd(record, before, document, transaction);
    if (record.versions.length === 0 && record.writer === null) this.records.set(key, record);
    if (transaction) this.#writePending(record, document, transaction);
    else this.#commitVersion(record, document, this.#store.clock.tick());
    for (const [index, keys] of added) index.add(record, keys);
    if (!transaction) this.prune(record);
  }

  /** Makes a transaction's write the newest version. */
  commit(record: StoredRecord, time: number): void {
    const document = record.pending;
    record.writer = null;
    record.pending = null;
    if (document !== null || record.versions.length > 0) this.#commitVersion(record, document, time);
    this.prune(record);
  }

  rollback(record: StoredRecord): void {
    const undone = record.pending;
    record.writer = null;
    record.pending = null;
    if (undone !== null) this.#removeKeys(record, [undone]);
    this.prune(record);
  }

  /** Forgets the versions that no open snapshot sees. */
  prune(record: StoredRecord): void {
    const { versions } = record;
    if (versions.length > 1) {
      const oldest = this.#store.oldestSnapshot();
      let keep = versions.length - 1;
      while (keep > 0 && (versions[keep]?.time ?? 0) > oldest) keep -= 1;
      if (keep > 0) {
        const dropped = versions.splice(0, keep);
        this.#removeKeys(record, documentsOf(dropped));
      }
      if (versions.length > 1) this.#store.postpone(this, record);
    }
    const only = versions[0];
    if (record.writer !== null || (versions.length === 1 && only?.document !== null) || versions.length > 1) return;
    if (only && only.time > this.#store.oldestSnapshot()) this.#store.postpone(this, record);
    else if (this.records.get(record.key) === record) this.records.delete(record.key);
  }

  #commitVersion(record: StoredRecord, document: Doc | null, time: number): void {
    record.versions.push({ time, document });
  }

  #writePending(record: StoredRecord, document: Doc | null, transaction: OpenTransaction): void {
    const before = record.writer === null ? null : record.pending;
    record.writer = transaction;
    record.pending = document;
    transaction.writes.set(record, this);
    if (before !== null) this.#removeKeys(record, [before]);
  }

  /** Without those under which it stands already. */
  #keysToAdd(record: StoredRecord, before: Doc | null, document: Doc, transaction: OpenTransaction | null) {
    const added: [Index, string[]][] = [];
    const made = new DocumentKeys(document);
    for (const index of this.indexes.values()) {
      if (before !== null && index.readsAlike(before, document)) continue;
      const keys = index.keysOf(document, made);
      if (index.spec.unique) this.#checkUnique(index, record, keys, document, transaction);
      added.push([index, keys]);
    }
    return added;
  }

  #checkUnique(
    index: Index,
    record: StoredRecord,
    keys: readonly string[],
    document: Doc,
    transaction: OpenTransaction | null,
  ): void {
    for (const key of keys) {
      for (const { record: other } of index.scan({ low: key, high: `${key}\0` }, false)) {
        if (other === record) continue;
        const conflict = conflictOnKey(index, key, other, transaction);
        if (conflict === 'duplicate') throw duplicateKey(this.namespace, index, document);
        if (conflict === 'none') continue;
        if (transaction) throw writeConflict();
        if (other.writer) throw new Blocked(other.writer);
      }
    }
  }

  /** Takes keys of documents out of the indexes, but those under which the record still stands. */
  #removeKeys(record: StoredRecord, documents: readonly Doc[]): void {
    const staying = documentsOf(record.versions);
    if (record.writer !== null && record.pending !== null) staying.push(record.pending);
    for (const index of this.indexes.values()) {
      const gone = documents.filter((document) => !staying.some((other) => index.readsAlike(document, other)));
      if (gone.length === 0) continue;
      const keep = new Set(staying.flatMap((document) => index.keysOf(document)));
      const keys = gone.flatMap((document) => index.keysOf(document)).filter((key) => !keep.has(key));
      index.remove(record, keys);
    }
  }
}

const documentsOf = (versions: readonly Version[]): Doc[] =>
  versions.flatMap(({ document }) => (document === null ? [] : [document]));

/** The key of a document's `_id`. */
export const recordKey = (document: Doc): string => keyOf(document._id);
