import type {
  AggregateOptions,
  AnyBulkWriteOperation,
  Document,
  Filter,
  FindOneAndUpdateOptions,
  FindOptions,
  UpdateFilter,
  UpdateOptions,
} from 'mongodb';

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
