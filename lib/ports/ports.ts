/**
 * What the pipelines need of the world. `lib/adapters/` implements these on real drivers; nothing here names one.
 * A port that cannot be reached, or does not answer within its budget, throws DependencyError; nothing else means silence.
 */
import type { Document } from 'mongodb';
import type { Message } from '../core/message.ts';
import type { Collection, ProjectionKind, Result, Scalar } from '../sdk/event.ts';

export interface Log {
  debug(message: string, details?: Record<string, unknown>): void;
  info(message: string, details?: Record<string, unknown>): void;
  warn(message: string, details?: Record<string, unknown>): void;
  error(message: string, details?: Record<string, unknown>): void;
}

/** Time and randomness, so that tests can own them. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; early, without an error, when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
/** Uniform in [0, 1). */
export type Random = () => number;

// ---------------------------------------------------------------------------------------------------------------- SQS

export interface Publication {
  /** Full queue URL. */
  queueUrl: string;
  /** Already encoded (lib/core/message.ts). */
  body: string;
  /** FIFO queues only. */
  group?: string;
  deduplicationId?: string;
}

/**
 * `sent`: SQS holds it. `refused`: SQS said no, it does not hold it. `unanswered`: no answer came, it may hold it.
 * `unsent`: never left, because time ran out or, in an ordered group, because one before it was not sent.
 */
export type PublicationOutcome = 'sent' | 'refused' | 'unanswered' | 'unsent';

export interface Publisher {
  /**
   * SendMessageBatch grouped by queue, cut by 10 entries and by 1,048,576 bytes; the events of one group one batch after another,
   * stopping that group at the first that is not `sent`. Never throws for what SQS does.
   * @param deadline epoch ms after which nothing is awaited any more
   * @returns one outcome per publication, in their order
   */
  publish(publications: readonly Publication[], deadline: number): Promise<PublicationOutcome[]>;
}

export interface VisibilityChange {
  receiptHandle: string;
  /** 0-43,200. */
  seconds: number;
}

export interface QueueControl {
  /** ChangeMessageVisibilityBatch. @returns receipt handles whose change SQS confirmed */
  changeVisibility(queueUrl: string, changes: readonly VisibilityChange[]): Promise<Set<string>>;
}

// -------------------------------------------------------------------------------------------------------------- Redis

/** What is known of an event before MongoDB knows it (flow.md section 2). */
export interface Claim {
  /** 22 characters, random per request and event. */
  owner: string;
  confirmed: boolean;
  fingerprint: string;
  type: string;
  subject?: string;
  time: string;
  recordedtime: string;
}

export interface RateVerdict {
  /** How many of the tokens asked for were granted. */
  granted: number;
  remaining: number;
  /** Seconds until the tokens that were refused could be granted; 0 when none was. */
  retryAfter: number;
  /** Seconds until the bucket is full again. */
  reset: number;
}

export interface Claims {
  /**
   * One `SET NX GET` per claim and, when `rate` is given, one token a claim from the tenant's bucket, all in one flush.
   * @returns per claim: null when it is now mine, else the claim that stands there
   */
  claim(
    claims: readonly { key: string; claim: Claim }[],
    rate?: { tenant: string; quota: number; windowSeconds: number },
  ): Promise<{ found: (Claim | null)[]; rate?: RateVerdict }>;
  /** If the claim is mine or absent it is now confirmed for the deduplication window; if another's, it is left. */
  confirm(claims: readonly { key: string; claim: Claim }[]): Promise<void>;
  /** Compare-and-delete by owner. */
  release(claims: readonly { key: string; owner: string }[]): Promise<void>;
  read(key: string): Promise<Claim | null>;
}

export type Outcome = 'succeeded' | 'rejected' | 'failed' | 'expired';
export type Status = 'accepted' | 'retrying' | Outcome;

export interface Attempt {
  /** RFC 3339. */
  at: string;
  outcome: 'succeeded' | 'rejected' | 'error' | 'crashed' | 'expired';
  error?: { code: string; message: string };
}

/** A settled event as GET answers it, without `data` and `links`: plain JSON. */
export interface SettledEvent {
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  recordedtime: string;
  dataschema?: string;
  extensions: Record<string, Scalar>;
  status: Outcome;
  attempts: Attempt[];
  result?: Result;
  rejection?: { reason: string };
  failure?: { id: string; cause: string };
}

export interface StoredOutcome {
  outcome: Outcome;
  fingerprint: string;
  replay: number;
}

export interface Results {
  /** Stores outcome and settled event over nothing, the same or a lower replay, and wakes waiters: one script (flow.md section 5). */
  tell(key: string, outcome: StoredOutcome, event: SettledEvent): Promise<void>;
  readOutcomes(keys: readonly string[]): Promise<(StoredOutcome | null)[]>;
  /** The settled event (kept 1 h), else the outcome (kept for the window), else null. */
  read(key: string): Promise<{ outcome: StoredOutcome; event?: SettledEvent } | null>;
  /**
   * Subscribes, then calls `look`, then waits for a wake-up, and looks once more at the end.
   * @returns what `look` found, or null when the time was over
   */
  wait<Found>(key: string, ms: number, look: () => Promise<Found | null>): Promise<Found | null>;
  /** A place for one waiter, of the tenant's and of all; null when there is none. Frees itself after `ms`. */
  takeSlot(tenant: string, ms: number): Promise<{ release(): Promise<void> } | null>;
  /** Declares start marks void, for readers of the mark, where MongoDB cannot be told [D12]. */
  voidMarks(marks: readonly { key: string; run: string }[]): Promise<void>;
  /** @returns the runs among these that are void, as `key run` */
  voidedMarks(marks: readonly { key: string; run: string }[]): Promise<Set<string>>;
}

/** One projection's commands of one event: [command, key, ...arguments], integers in decimal. */
export interface ProjectionCommands {
  projection: string;
  /** Seconds that a key stays after its last change; absent: for ever. */
  keepSeconds?: number;
  commands: readonly (readonly [command: string, key: string, ...args: string[]])[];
}

export interface Projections {
  /** One script per event and projection, once, behind a guard key kept 7 days. */
  apply(tenant: string, eventKey: string, projections: readonly ProjectionCommands[]): Promise<void>;
  /** Cuts guards to 1 h, once the record says `projected: true`. */
  cutGuards(applied: readonly { tenant: string; eventKey: string; projection: string }[]): Promise<void>;
  read(
    tenant: string,
    projection: string,
    kind: ProjectionKind,
    keys: readonly string[],
    limit?: number,
  ): Promise<unknown>;
}

// ------------------------------------------------------------------------------------------------------------ MongoDB

export type RecordState = 'retrying' | 'failing' | Outcome;

/** The one document of an event (flow.md section 3). `data` and `result` are JSON text. */
export interface EventRecord {
  _id: string;
  tenant: string;
  source: string;
  id: string;
  type: string;
  subject?: string;
  time: string;
  recordedtime: string;
  dataschema?: string;
  extensions: string;
  data: string;
  fingerprint: string;
  state: RecordState;
  replay: number;
  attempts: Attempt[];
  /** Unfinished start marks by run. */
  starts?: Record<string, { at: Date; alone: boolean }>;
  suspect?: boolean;
  lastWord?: LastWord;
  /** Returns so far after transient transaction errors. */
  returns?: number;
  result?: string;
  rejection?: { reason: string };
  failure?: { id: string; cause: FailureCause };
  /** JSON text of ProjectionCommands[]; absent when there are none. */
  projections?: string;
  projected?: boolean;
  settledAt?: Date;
  expireAt?: Date;
}

/** What a consumer reads of a record: all but the data, which it has from the message. */
export type KnownRecord = Omit<EventRecord, 'data'>;

export type FailureCause =
  | 'permanent'
  | 'invalid-data'
  | 'attempts-exhausted'
  | 'crashed'
  | 'id-reused'
  | 'undecodable';
export type FailureState = 'open' | 'replaying' | 'replayed' | 'failed-again' | 'discarded';

export interface FailureRecord {
  /** Hash of event key, fingerprint and replay number of the first letter; undecodable: of the body (lib/failures/id.ts). */
  _id: string;
  tenant: string | null;
  eventKey: string | null;
  type: string | null;
  cause: FailureCause;
  code: string;
  message: string;
  group: string;
  /** JSON text of the event's attributes; null when it could not be decoded. */
  event: string | null;
  /** JSON text of the event's data; left out in lists. */
  data?: string;
  /** The raw body of an undecodable message. */
  body?: string;
  fingerprint: string | null;
  /** Of the latest letter or, while it is replayed, of that replay. */
  replay: number;
  /** Of every run, those of replays that failed among them. */
  attempts: Attempt[];
  recordedtime: string;
  state: FailureState;
  /** When its latest replay was written, or asked for again. */
  replayedAt?: Date;
  /** The new event that an edited replay made of it [D10]. */
  replacement?: Replacement;
  discarded?: { reason: string; at: string };
  /** Unset while it is open. */
  expireAt?: Date;
}

/** A new event in place of a failed one, and all that publishing it again takes. */
export interface Replacement {
  key: string;
  id: string;
  source: string;
  publication: Publication;
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface ListFilter {
  type?: string;
  /** RFC 3339, inclusive. */
  since?: string;
  /** RFC 3339, exclusive. */
  until?: string;
  limit: number;
  cursor?: string;
}

/** One event's outcome, to be written under the condition: state not final, same replay, same fingerprint (flow.md section 3). */
export interface Settlement {
  key: string;
  message: Message;
  outcome: 'succeeded' | 'rejected' | 'expired';
  attempt: Attempt;
  /** JSON text. */
  result?: string | undefined;
  rejection?: { reason: string } | undefined;
  projections?: readonly ProjectionCommands[] | undefined;
}

/**
 * `settled`: written. `refused`: the condition does not hold. `conflict`: another run is writing this record now.
 */
export type SettleAnswer = 'settled' | 'refused' | 'conflict';

export interface Transaction {
  /** A collection bound to this transaction and its tenant. */
  collection<Doc extends Document>(name: string): Collection<Doc>;
  /** The first error of an operation; after it the transaction can only be aborted. */
  readonly failure: unknown;
  /**
   * Writes the settlements and commits, all or nothing; ends the transaction in every case.
   * @throws TransientError, DependencyError (then it may have been committed), or the handler's own failure
   */
  settle(settlements: readonly Settlement[]): Promise<SettleAnswer>;
  abort(): Promise<void>;
}

export interface StartMark {
  key: string;
  message: Message;
  run: string;
  at: Date;
  alone: boolean;
  /** Runs whose marks are taken off; where one of them is gone already the mark is not written. */
  died: readonly string[];
  /** The attempts that they were. */
  crashes: readonly Attempt[];
  suspect: boolean;
}

/** Why an event is about to become a failure, kept in its record until the dead-letter function has written that failure. */
export interface LastWord {
  cause: FailureCause;
  code: string;
  message: string;
  /** Failures of one kind share it (lib/failures/group.ts). */
  group: string;
}

/** What a consumer writes of events; every write under the condition. */
export interface Records {
  find(keys: readonly string[]): Promise<Map<string, KnownRecord>>;
  begin(tenant: string, remainingMs: () => number): Transaction;
  /** One bulk write. @returns the runs whose condition holds no more */
  mark(marks: readonly StartMark[]): Promise<Set<string>>;
  /** Takes marks off that runs left which return for infrastructure. */
  withdraw(marks: readonly { key: string; run: string }[]): Promise<void>;
  /** @returns the record after it, or null when the condition does not hold */
  recordAttempt(key: string, message: Message, attempt: Attempt, run: string | undefined): Promise<EventRecord | null>;
  /** Counts a return after transient transaction errors. @returns how many there were, or null when the condition does not hold */
  countReturn(key: string, message: Message, run: string | undefined): Promise<number | null>;
  /** Adds these attempts and closes the record to runs of this replay, before its letter is sent [D13]. @returns whether the condition held */
  fail(key: string, message: Message, attempts: readonly Attempt[], lastWord: LastWord): Promise<boolean>;
  /** Says that the projections of these events are applied. */
  markProjected(keys: readonly string[]): Promise<void>;
}

export interface FailureDecision {
  failure: FailureRecord;
  /** Present when the event itself has failed; absent when its record belongs to another payload. */
  closes?: { key: string; message: Message; attempts: readonly Attempt[] };
}

/** What the dead-letter function writes. */
export interface Failures {
  /**
   * Failure and state of the record in one transaction. The same failure again changes nothing.
   * @param key of the event; null when the body could not be decoded
   * @param decide sees the record as it stands in the transaction; may be called again when another writer came between
   * @returns the record after it
   */
  record(
    key: string | null,
    decide: (record: EventRecord | null) => FailureDecision | null,
  ): Promise<EventRecord | null>;
}

/** What GET needs of MongoDB; every read is filtered by tenant. */
export interface EventQueries {
  get(tenant: string, key: string): Promise<EventRecord | null>;
  list(tenant: string, filter: ListFilter & { status?: Status }): Promise<Page<EventRecord>>;
}

export interface FailureFilter extends ListFilter {
  status?: FailureState;
  cause?: FailureCause;
  group?: string;
}

/** Failures that look alike. */
export interface FailureGroup {
  group: string;
  count: number;
  /** RFC 3339, of the oldest and of the newest. */
  first: string;
  last: string;
  /** The newest, without `data`. */
  example: FailureRecord;
}

/** Whose failures may be seen; null is of nobody, what could not be decoded. */
export type Tenants = readonly (string | null)[];

export interface FailureQueries {
  getFailure(tenants: Tenants, id: string): Promise<FailureRecord | null>;
  listFailures(tenants: Tenants, filter: FailureFilter): Promise<Page<FailureRecord>>;
  /** The largest groups first, `limit` of them. */
  groupFailures(tenants: Tenants, filter: FailureFilter): Promise<FailureGroup[]>;
}

/** Is a dependency there? Bounded by its budget; never throws. */
export type Ping = () => Promise<boolean>;
