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
import { z } from 'zod';
import { DefinitionError } from '../core/errors.ts';
import type { Log } from '../ports/ports.ts';

export type Scalar = string | number | boolean;

/** A CloudEvents 1.0 event as a handler sees it. */
export interface Event<Data = unknown> {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** When it happened, as the client said: RFC 3339. */
  readonly time: string;
  /** When ingest received it: RFC 3339, UTC. */
  readonly recordedtime: string;
  /** CloudEvents extension attributes, as sent. */
  readonly extensions: Readonly<Record<string, Scalar>>;
  readonly data: Data;
}

/** The business said no: a result, not a failure. Nothing that the handler wrote stays. */
export class Rejected {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * What a handler returns to refuse an event for a reason of the business.
 * @param reason a short stable text for the client, e.g. `out-of-stock`
 */
export const rejected = (reason: string): Rejected => new Rejected(reason);

/** Indexes of a collection; the tenant is put before the fields of each. */
export interface CollectionDeclaration {
  /** Field lists that no two documents of one tenant share. */
  unique?: readonly (readonly string[])[];
  /** Field lists for queries; `-field` sorts downwards. */
  indexes?: readonly (readonly string[])[];
  /** Documents leave this many seconds after the time in a field (a BSON date). */
  expire?: { readonly field: string; readonly afterSeconds: number };
}

/** Redis structures that a projection may be made of; each has only commands that commute. */
export type ProjectionKind = 'counter' | 'hash' | 'sorted-set' | 'hyperloglog' | 'set';

export interface ProjectionDeclaration {
  kind: ProjectionKind;
  /** Days that a key stays after its last change; absent: for ever. */
  keepDays?: number;
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

/**
 * Records Redis commands on keys of one projection as data; they are applied once, after the event is settled.
 * `key` names one structure of the projection, e.g. a day: `[A-Za-z0-9._:-]{1,200}`. All numbers are integers.
 */
export interface ProjectionRecorder {
  /** counter: INCRBY */
  incrby(key: string, by: number): void;
  /** hash: HINCRBY */
  hincrby(key: string, field: string, by: number): void;
  /** sorted-set: ZINCRBY */
  zincrby(key: string, by: number, member: string): void;
  /** hyperloglog: PFADD */
  pfadd(key: string, ...members: string[]): void;
  /** set: SADD */
  sadd(key: string, ...members: string[]): void;
}

/** Reads projections of the event's tenant. What it sees may be older than MongoDB by a moment. */
export interface ProjectionReader {
  counter(projection: string, key: string): Promise<number>;
  hash(projection: string, key: string): Promise<Record<string, number>>;
  /** Highest score first. */
  sortedSet(projection: string, key: string, limit?: number): Promise<{ member: string; score: number }[]>;
  hyperloglog(projection: string, ...keys: string[]): Promise<number>;
  set(projection: string, key: string): Promise<string[]>;
}

interface BaseContext<Collections extends string> {
  /** A collection that the definition declares. */
  collection<Doc extends Document>(name: Collections): Collection<Doc>;
  readonly redis: ProjectionReader;
  readonly log: Log;
  /** Aborts before the function's time is up. */
  readonly signal: AbortSignal;
}

export interface Context<Collections extends string = string, Projections extends string = string>
  extends BaseContext<Collections> {
  project(name: Projections): ProjectionRecorder;
  /** 1 for the first run of this event (of this replay). */
  readonly attempt: number;
}

export interface BatchContext<Collections extends string = string, Projections extends string = string>
  extends BaseContext<Collections> {
  /** Projections stay per event, so that each is applied once whatever batch it comes in. */
  project(name: Projections, event: Event): ProjectionRecorder;
}

/** Anything that JSON can carry; `undefined` means no result. */
export type Result = unknown;

export interface QueueOptions {
  /** Most events per invocation: 1-10,000, ordered 1-10. */
  batchSize: number;
  /** Seconds to wait for a batch to fill: 0-300, ordered 0; at least 1 when batchSize is over 10. */
  batchWindow: number;
  /** Most invocations at a time: 2-1,000. */
  concurrency: number;
  /** Seconds a run may take: 1-50 (MongoDB ends transactions at 60 s). */
  timeout: number;
}

/** Exponential backoff with full jitter; `base` and `cap` in seconds. */
export interface RetryOptions {
  attempts: number;
  base: number;
  cap: number;
}

type Named<Declaration> = Readonly<Record<string, Declaration>>;
// biome-ignore lint/complexity/noBannedTypes: the empty object is what "declares none" is
type None = {};

interface EventFile<
  Type extends string,
  Schema extends z.ZodType,
  Collections extends Named<CollectionDeclaration>,
  Projections extends Named<ProjectionDeclaration>,
> {
  /** The CloudEvents type, and the name of the file. */
  type: Type;
  /** One line for the catalogue and the API documents. */
  summary: string;
  /** The schema of `data`; strict, so that unknown fields are refused. */
  data: Schema;
  /** Valid data, shown in documents and used by the demo. */
  example: z.input<Schema>;
  collections?: Collections & Exactly<CollectionDeclaration, Collections>;
  projections?: Projections & Exactly<ProjectionDeclaration, Projections>;
  queue?: Partial<QueueOptions>;
  retry?: Partial<RetryOptions>;
  /** Events with an equal value are processed in the order in which they were accepted. */
  orderedBy?: (data: z.output<Schema>) => string;
}

/** Makes a key that a declaration does not know a compile error: inference would let it pass. */
type Exactly<Declaration, Given> = {
  [Name in keyof Given]: { [Key in Exclude<keyof Given[Name], keyof Declaration>]: never };
};

type Names<Declarations> = Extract<keyof Declarations, string>;

interface OneByOne<Schema extends z.ZodType, Collections, Projections> {
  handle(
    event: Event<z.output<Schema>>,
    context: Context<Names<Collections>, Names<Projections>>,
  ): Promise<Result | Rejected>;
}

interface Batched<Schema extends z.ZodType, Collections, Projections> {
  /** Returns one result per event, in their order, or nothing. */
  handleBatch(
    events: readonly Event<z.output<Schema>>[],
    context: BatchContext<Names<Collections>, Names<Projections>>,
  ): Promise<readonly (Result | Rejected)[] | undefined>;
}

/** A definition with every default filled in and its types folded away, as the pipelines use it. */
export interface EventDefinition {
  readonly type: string;
  readonly summary: string;
  readonly data: z.ZodType;
  readonly example: unknown;
  readonly collections: Named<CollectionDeclaration>;
  readonly projections: Named<ProjectionDeclaration>;
  readonly queue: QueueOptions;
  readonly retry: RetryOptions;
  readonly orderedBy?: (data: unknown) => string;
  readonly handle?: (event: Event, context: Context) => Promise<Result | Rejected>;
  readonly handleBatch?: (
    events: readonly Event[],
    context: BatchContext,
  ) => Promise<readonly (Result | Rejected)[] | undefined>;
}

/** What an event file exports; carries the types of type and data for the client. */
export interface TypedEventDefinition<Type extends string, Input> extends EventDefinition {
  readonly type: Type;
  readonly example: Input;
}

const defaults = {
  queue: { batchSize: 10, batchWindow: 0, concurrency: 50, timeout: 30 },
  retry: { attempts: 5, base: 2, cap: 900 },
} as const;

const integer = (least: number, most: number) =>
  z
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(least, `must be ${least} to ${most}`)
    .max(most, `must be ${least} to ${most}`);
const fieldLists = z.array(z.array(z.string().regex(/^-?[A-Za-z_][\w.]*$/, 'must be a field name')).min(1)).readonly();
const name = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'must be [a-z][a-z0-9.-]{0,63}');

/** Their own indexes and validators are in lib/adapters/mongo/schema.ts. */
const ownCollections: ReadonlySet<string> = new Set(['events', 'failures', 'replays']);

const options = z.strictObject({
  type: z
    .string()
    .regex(/^[a-z][a-z0-9]*(\.[a-z0-9]+)+$/, 'must be lower-case words joined by dots')
    .max(60),
  summary: z.string().min(1).max(200),
  data: z.custom<z.ZodType>((schema) => schema instanceof z.ZodType, 'must be a zod schema'),
  example: z.unknown(),
  collections: z
    .record(
      z
        .string()
        .regex(/^[a-zA-Z][\w-]{0,63}$/, 'must be a collection name')
        .refine((word) => !ownCollections.has(word), '"events", "failures" and "replays" are taken by Sluice'),
      z.strictObject({
        unique: fieldLists.optional(),
        indexes: fieldLists.optional(),
        expire: z.strictObject({ field: z.string(), afterSeconds: integer(0, 2_147_483_647) }).optional(),
      }),
    )
    .default({}),
  projections: z
    .record(
      name,
      z.strictObject({
        kind: z.enum(['counter', 'hash', 'sorted-set', 'hyperloglog', 'set']),
        keepDays: integer(1, 3650).optional(),
      }),
    )
    .default({}),
  queue: z
    .strictObject({
      batchSize: integer(1, 10_000).optional(),
      batchWindow: integer(0, 300).optional(),
      concurrency: integer(2, 1000).optional(),
      timeout: integer(1, 50).optional(),
    })
    .default({}),
  retry: z
    .strictObject({
      attempts: integer(1, 100).optional(),
      base: z.number().positive().max(39_600).optional(),
      cap: z.number().positive().max(39_600).optional(),
    })
    .default({}),
  orderedBy: z
    .custom<(data: unknown) => string>((value) => typeof value === 'function', 'must be a function of data')
    .optional(),
  handle: z
    .custom<NonNullable<EventDefinition['handle']>>((value) => typeof value === 'function', 'must be a function')
    .optional(),
  handleBatch: z
    .custom<NonNullable<EventDefinition['handleBatch']>>((value) => typeof value === 'function', 'must be a function')
    .optional(),
});

/**
 * Declares an event type: the one file from which its route, queue, consumer, role, documents and local wiring follow.
 * @throws DefinitionError naming the file and every wrong field
 */
export function defineEvent<
  const Type extends string,
  Schema extends z.ZodType,
  const Collections extends Named<CollectionDeclaration> = None,
  const Projections extends Named<ProjectionDeclaration> = None,
>(
  file: EventFile<Type, Schema, Collections, Projections> &
    (OneByOne<Schema, Collections, Projections> | Batched<Schema, Collections, Projections>),
): TypedEventDefinition<Type, z.input<Schema>> {
  const where = `functions/events/${String(file.type)}.ts`;
  const parsed = options.safeParse(file);
  if (!parsed.success) {
    throw new DefinitionError(`${where}: ${parsed.error.issues.map(faultOf).join('; ')}`);
  }
  const { queue, retry, orderedBy, handle, handleBatch, ...rest } = parsed.data;
  const definition = {
    ...rest,
    queue: { ...defaults.queue, ...defined(queue) },
    retry: { ...defaults.retry, ...defined(retry) },
  };
  const fault = contradiction({
    ...definition.queue,
    ordered: orderedBy !== undefined,
    together: handleBatch !== undefined,
    handlers: [handle, handleBatch].filter(Boolean).length,
  });
  if (fault) throw new DefinitionError(`${where}: ${fault}`);
  return Object.freeze({
    ...(definition as Omit<typeof definition, 'collections' | 'projections'>),
    collections: file.collections ?? {},
    projections: file.projections ?? {},
    type: file.type,
    example: file.example,
    ...(orderedBy && { orderedBy }),
    ...(handle && { handle }),
    ...(handleBatch && { handleBatch }),
  });
}

function contradiction(
  given: QueueOptions & { ordered: boolean; together: boolean; handlers: number },
): string | undefined {
  if (given.handlers !== 1) return 'needs exactly one of handle and handleBatch';
  if (given.ordered && given.batchSize > 10) return 'queue.batchSize must be 1 to 10 in an ordered type (SQS FIFO)';
  if (given.ordered && given.together) return 'handleBatch cannot keep an order: an ordered type has handle';
  if (given.ordered && given.batchWindow > 0) return 'queue.batchWindow must be 0 in an ordered type (SQS FIFO)';
  if (given.batchSize > 10 && given.batchWindow < 1)
    return 'queue.batchWindow must be at least 1 when queue.batchSize is over 10';
  return undefined;
}

function faultOf(issue: z.core.$ZodIssue): string {
  const field = issue.path.join('.') || 'definition';
  if (issue.code === 'invalid_key') return `${field} ${issue.issues.map(({ message }) => message).join(', ')}`;
  if (issue.code !== 'unrecognized_keys') return `${field} ${issue.message}`;
  return `${[...issue.path, issue.keys[0]].join('.')} is not an option; known: ${knownKeys(issue.path)}`;
}

const knownKeys = (path: PropertyKey[]): string => {
  const known: Record<string, string[]> = {
    '': Object.keys(options.shape),
    queue: Object.keys(defaults.queue),
    retry: Object.keys(defaults.retry),
    collections: ['unique', 'indexes', 'expire'],
    projections: ['kind', 'keepDays'],
  };
  return (known[String(path[0] ?? '')] ?? []).join(', ');
};

const defined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
