import { MongoFault } from '../errors.ts';
import type { Predicate } from '../query/match.ts';
import { valueAt } from '../value/paths.ts';
import type { Doc } from '../value/types.ts';
import { DocumentKeys } from './document-keys.ts';
import { type Entry, type KeyRange, Ordered } from './ordered.ts';
import type { StoredRecord } from './record.ts';

/** https://www.mongodb.com/docs/manual/reference/command/createIndexes/#command-fields */
export interface IndexSpec {
  name: string;
  key: Record<string, 1 | -1>;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Doc;
  expireAfterSeconds?: number;
  hidden?: boolean;
  /** Without effect; kept because it is listed. */
  background?: boolean;
}

export interface IndexField {
  path: string;
  parts: readonly string[];
  direction: 1 | -1;
}

/** An ordered index over every state of its records that somebody can still see. */
export class Index {
  spec: IndexSpec;
  readonly fields: readonly IndexField[];
  readonly entries = new Ordered<StoredRecord>();
  /** By field: some document had an array there, once. */
  readonly multikey: boolean[];
  readonly #partial: Predicate | undefined;

  constructor(spec: IndexSpec, partial: Predicate | undefined) {
    this.spec = spec;
    this.#partial = partial;
    this.fields = Object.entries(spec.key).map(([path, direction]) => ({ path, parts: path.split('.'), direction }));
    this.multikey = this.fields.map(() => false);
  }

  get isMultikey(): boolean {
    return this.multikey.includes(true);
  }

  /**
   * The keys under which a document stands here.
   * @param made those of its paths, where other indexes have asked for some
   * @throws MongoFault CannotIndexParallelArrays when two fields are arrays
   */
  keysOf(document: Doc, made = new DocumentKeys(document)): string[] {
    if (this.#partial && !this.#partial(document)) return [];
    let keys = [''];
    let anyPresent = false;
    let array: string | undefined;
    for (let at = 0; at < this.fields.length; at++) {
      const field = this.fields[at];
      if (!field) continue;
      const { path, parts } = field;
      const found = made.at(path, parts);
      anyPresent ||= found.present;
      if (found.multikey) {
        this.multikey[at] = true;
        if (array !== undefined && array !== parts[0])
          throw new MongoFault('CannotIndexParallelArrays', `cannot index parallel arrays [${path}] [${array}]`);
        if (array !== undefined && this.spec.unique)
          throw new MongoFault('NotImplemented', 'this engine has no unique index over two fields of one array');
        array = parts[0];
      }
      const own = field.direction === 1 ? found.keys : made.flippedAt(path, parts);
      keys = own.length === 1 ? keys.map((key) => key + own[0]) : keys.flatMap((key) => own.map((one) => key + one));
    }
    return this.spec.sparse && !anyPresent ? [] : keys;
  }

  /** Whether two documents stand under the same keys, as far as that is seen without making them: updates share what they leave. */
  readsAlike(one: Doc, other: Doc): boolean {
    return !this.#partial && this.fields.every(({ parts: [top = ''] }) => one[top] === other[top]);
  }

  add(record: StoredRecord, keys: readonly string[]): void {
    for (const key of keys) this.entries.insert({ key, rank: record.rank, record });
  }

  remove(record: StoredRecord, keys: readonly string[]): void {
    for (const key of keys) this.entries.delete(key, record.rank);
  }

  scan(range: KeyRange, backwards: boolean): Iterable<Entry<StoredRecord>> {
    return this.entries.scan(range, backwards);
  }

  /** keyValue of a duplicate key error: the document's own values. */
  valuesOf(document: Doc): Doc {
    return Object.fromEntries(this.fields.map(({ path, parts }) => [path, valueAt(document, parts) ?? null]));
  }
}
