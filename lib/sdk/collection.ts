import type {
  AggregateOptions,
  AnyBulkWriteOperation,
  Binary,
  Condition,
  Decimal128,
  Document,
  Double,
  FindOneAndUpdateOptions,
  FindOptions,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UpdateFilter,
  UpdateOptions,
} from 'mongodb';

/** What a field can be compared with by itself. */
type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | RegExp
  | Uint8Array
  | (Binary | Decimal128 | Double | Int32 | Long | MaxKey | MinKey | ObjectId | Timestamp);

/** What a field of no known type can be compared with: a value, a list or object of them, or operators over them. */
type Operand = Value | readonly Operand[] | { readonly [name: string]: Operand };

type Comparison<Field> = unknown extends Field ? Operand : Condition<Field>;

/**
 * Which documents an operation is about. What a schema leaves open (`z.unknown()`, a record, a loose object) is none, and no condition of
 * one: a client could put an operator there. Make a value of it first: `String(data.name)`. (`any` fits everything in TypeScript.)
 */
export type Filter<Doc> = string extends keyof Doc
  ? { readonly [path: string]: Operand }
  : { readonly [Field in keyof Doc]?: Comparison<Doc[Field]> } & {
      readonly [Path in `${string}.${string}`]?: Operand;
    } & Joined<Doc>;

interface Joined<Doc> {
  readonly $and?: readonly Filter<Doc>[];
  readonly $or?: readonly Filter<Doc>[];
  readonly $nor?: readonly Filter<Doc>[];
  readonly $expr?: Operand;
  readonly $text?: Operand;
  readonly $jsonSchema?: Operand;
  readonly $comment?: string;
}

/**
 * A collection bound to the transaction and the tenant of the event: the tenant is added to every filter, insert and first
 * aggregation stage, and `_id` is given by Sluice. Operations are queued, because a transaction takes one at a time.
 */
export interface Collection<Doc extends Document = Document> {
  insertOne(document: Doc): Promise<void>;
  insertMany(documents: readonly Doc[]): Promise<void>;
  findOne(filter: Filter<Doc>, options?: FindOptions): Promise<Doc | null>;
  find(filter: Filter<Doc>, options?: FindOptions): Promise<Doc[]>;
  updateOne(
    filter: Filter<Doc>,
    update: UpdateFilter<Doc> | Document[],
    options?: UpdateOptions,
  ): Promise<{ matched: number; modified: number; upserted: number }>;
  updateMany(
    filter: Filter<Doc>,
    update: UpdateFilter<Doc> | Document[],
    options?: UpdateOptions,
  ): Promise<{ matched: number; modified: number; upserted: number }>;
  replaceOne(
    filter: Filter<Doc>,
    document: Doc,
    options?: { upsert?: boolean },
  ): Promise<{ matched: number; modified: number; upserted: number }>;
  findOneAndUpdate(
    filter: Filter<Doc>,
    update: UpdateFilter<Doc> | Document[],
    options?: FindOneAndUpdateOptions,
  ): Promise<Doc | null>;
  deleteOne(filter: Filter<Doc>): Promise<number>;
  deleteMany(filter: Filter<Doc>): Promise<number>;
  countDocuments(filter: Filter<Doc>): Promise<number>;
  distinct(field: string, filter: Filter<Doc>): Promise<unknown[]>;
  aggregate<Out extends Document>(pipeline: readonly Document[], options?: AggregateOptions): Promise<Out[]>;
  bulkWrite(
    operations: readonly AnyBulkWriteOperation<Doc>[],
  ): Promise<{ matched: number; modified: number; upserted: number; inserted: number; deleted: number }>;
}
