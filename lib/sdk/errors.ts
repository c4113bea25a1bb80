import { secondsOfRetryAfter } from './retry-after.ts';

/** What the one who meets an error may do: try again, or not without changing something. */
export interface ErrorOptionsWithCode {
  /** Stable, kebab-case; callers match on this, never on the message. */
  code?: string;
  cause?: unknown;
}

/** The base of every error that Sluice throws on purpose. Out of a handler, one that is not `retryable` is a failure at once (thrown.ts). */
export class SluiceError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** A handler throws this when trying again cannot help: the event goes to the dead letters at its first attempt. */
export class PermanentError extends SluiceError {
  constructor(message: string, options: ErrorOptionsWithCode = {}) {
    super(options.code ?? 'permanent', message, { cause: options.cause });
  }
}

export interface RetryLaterOptions extends ErrorOptionsWithCode {
  /**
   * `false`: it costs no attempt (protocol: free-retry). After 500 deliveries it does after all, and where the event would come
   * back a day before SQS deletes its message it fails. Absent: it is an attempt.
   */
  counts?: boolean;
}

/** A handler throws this to be run again after a time of its choosing; it counts as an attempt unless it says otherwise. */
export class RetryLaterError extends SluiceError {
  /** Until the next attempt, at most 11 hours; NaN leaves it to the ordinary backoff. */
  readonly seconds: number;
  /** Whether it costs an attempt. */
  readonly counts: boolean;

  /**
   * @param after seconds, or the value of a `Retry-After` as a service sent it: seconds or a date. What is neither leaves it to the ordinary
   * backoff, and without a message of its own the error says so
   */
  constructor(after: number | string, options?: RetryLaterOptions);
  constructor(after: number | string, message?: string, options?: RetryLaterOptions);
  constructor(after: number | string, said?: string | RetryLaterOptions, more: RetryLaterOptions = {}) {
    const { counts = true, code = 'retry-later', cause } = typeof said === 'object' ? said : more;
    const seconds = typeof after === 'string' ? secondsOfRetryAfter(after, Date.now()) : after;
    super(code, typeof said === 'string' ? said : askedFor(after, seconds), { retryable: true, cause });
    this.seconds = seconds;
    this.counts = counts;
  }
}

/** UTF-16 code units of a value that is no time. */
const QUOTED = 64;

function askedFor(after: unknown, seconds: number): string {
  if (Number.isFinite(seconds)) return `asked to be run again in ${seconds} s`;
  if (typeof after !== 'string') return 'asked to be run again, after a time that is no number';
  return `asked to be run again after ${JSON.stringify(after.slice(0, QUOTED).toWellFormed())}, which is neither seconds nor a date of HTTP`;
}

/** A write met a unique index of the handler's collection; the transaction is gone, so only `rejected` or an error can follow. */
export class DuplicateKeyError extends SluiceError {
  /** The fields of the index, without the tenant. */
  readonly fields: readonly string[];

  constructor(collection: string, fields: readonly string[], options: { cause?: unknown } = {}) {
    // That other document may be gone by the next attempt, or be found by its reads.
    super('duplicate-key', `${collection}: another document has the same ${fields.join(', ')}`, {
      ...options,
      retryable: true,
    });
    this.fields = fields;
  }
}

/**
 * A write would leave a document without a field of one of its collection's unique indexes; the transaction is gone, and the event a failure
 * at once.
 */
export class DocumentRefusedError extends SluiceError {
  constructor(collection: string, options: { cause?: unknown } = {}) {
    super('document-refused', `${collection}: a document must have every field that is declared unique`, options);
  }
}

/** An event file or the catalogue is wrong; the message names the file and the field. Thrown at build and at start, never at run time. */
export class DefinitionError extends SluiceError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('invalid-definition', message, options);
  }
}
