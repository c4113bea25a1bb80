import { type Binary, UUID } from 'bson';
import { type CommitClock, commitClock } from './clock.ts';
import { Collection } from './collection.ts';
import { Blocked, writeConflict } from './faults.ts';
import { checkCollectionName } from './names.ts';
import type { CollectionOptions, Pruning } from './options.ts';
import type { StoredCollection, StoredRecord } from './record.ts';
import { OpenTransaction } from './transaction.ts';

/** All databases of one server, and its open snapshots. */
export class Store implements Pruning {
  readonly clock: CommitClock;
  readonly #databases = new Map<string, Map<string, Collection>>();
  readonly #open = new Set<OpenTransaction>();
  readonly #postponed = new Map<StoredRecord, StoredCollection>();
  #definitions = 0;

  constructor(wallClock: () => number) {
    this.clock = commitClock(wallClock);
  }

  /** Grows with every change of documents or definitions. */
  get changes(): number {
    return this.clock.now + this.#definitions;
  }

  redefined(): void {
    this.#definitions += 1;
  }

  *collections(database?: string): Generator<Collection, void, undefined> {
    if (database !== undefined) yield* this.#databases.get(database)?.values() ?? [];
    else for (const collections of this.#databases.values()) yield* collections.values();
  }

  databases(): string[] {
    return [...this.#databases].filter(([, collections]) => collections.size > 0).map(([name]) => name);
  }

  /** The collection, unless another open transaction is about to make it. */
  find(database: string, name: string, transaction: OpenTransaction | null): Collection | undefined {
    const collection = this.#databases.get(database)?.get(name);
    if (collection?.maker && collection.maker !== transaction) return undefined;
    if (collection && transaction) transaction.touched.add(collection);
    return collection;
  }

  /** The collection, whoever makes it. */
  peek(database: string, name: string): Collection | undefined {
    return this.#databases.get(database)?.get(name);
  }

  /**
   * The collection for a write; made when there is none.
   * @throws MongoFault WriteConflict (outside a transaction: Blocked) when an open one is making it; InvalidNamespace
   */
  make(
    database: string,
    name: string,
    transaction: OpenTransaction | null,
    options: CollectionOptions = {},
    uuid?: Binary,
  ): Collection {
    const found = this.peek(database, name);
    if (found?.maker && found.maker !== transaction) {
      if (transaction) throw writeConflict();
      throw new Blocked(found.maker);
    }
    const collection = found ?? this.#create(database, name, transaction, options, uuid);
    transaction?.touched.add(collection);
    return collection;
  }

  #create(
    database: string,
    name: string,
    transaction: OpenTransaction | null,
    options: CollectionOptions,
    uuid: Binary = new UUID(),
  ): Collection {
    checkCollectionName(database, name);
    const collection = new Collection(this, database, name, uuid, options);
    collection.maker = transaction;
    transaction?.created.add(collection);
    const collections = this.#databases.get(database) ?? new Map<string, Collection>();
    this.#databases.set(database, collections.set(name, collection));
    return collection;
  }

  /** Gives a collection another name, which must be free. @throws MongoFault InvalidNamespace */
  rename(collection: Collection, name: string): void {
    checkCollectionName(collection.database, name);
    const collections = this.#databases.get(collection.database);
    collections?.delete(collection.name);
    collections?.set(name, collection);
    collection.name = name;
    this.redefined();
  }

  drop(collection: StoredCollection): void {
    this.#databases.get(collection.database)?.delete(collection.name);
    collection.gone = true;
    this.redefined();
  }

  begin(): OpenTransaction {
    const transaction = new OpenTransaction(this.clock.now);
    this.#open.add(transaction);
    return transaction;
  }

  commit(transaction: OpenTransaction): void {
    this.#open.delete(transaction);
    if (transaction.writes.size > 0) {
      const time = this.clock.tick();
      for (const [record, collection] of transaction.writes) collection.commit(record, time);
    }
    for (const collection of transaction.created) collection.maker = null;
    this.#close(transaction);
  }

  abort(transaction: OpenTransaction): void {
    this.#open.delete(transaction);
    for (const [record, collection] of transaction.writes) collection.rollback(record);
    for (const collection of transaction.created) this.drop(collection);
    this.#close(transaction);
  }

  #close(transaction: OpenTransaction): void {
    if (this.#postponed.size > 0) {
      const again = [...this.#postponed];
      this.#postponed.clear();
      for (const [record, collection] of again) collection.prune(record);
    }
    transaction.end();
  }

  /** The open transactions that have read or written a collection. */
  using(collection: StoredCollection): OpenTransaction[] {
    return [...this.#open].filter((transaction) => transaction.touched.has(collection));
  }

  oldestSnapshot(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { time } of this.#open) if (time < oldest) oldest = time;
    return oldest;
  }

  postpone(collection: StoredCollection, record: StoredRecord): void {
    this.#postponed.set(record, collection);
  }
}
