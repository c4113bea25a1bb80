import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { DependencyError, TransientError } from '../../core/errors.ts';
import { DocumentRefusedError, DuplicateKeyError, SluiceError } from '../../sdk/errors.ts';
import { isRefused } from './refused.ts';

const unreachable = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoOperationTimeoutError,
  MongoTopologyClosedError,
  MongoServerClosedError,
  MongoNotConnectedError,
  MongoClientClosedError,
];

/** The driver does not export the classes of its pool: nobody got a connection in time, or the pool was closed meanwhile. */
const withoutConnection = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClosedError']);

/**
 * A write that waits for its socket to drain throws what breaks the socket as it came, not as MongoNetworkError (`writeCommand` of the driver 7.9).
 * https://nodejs.org/api/errors.html#common-system-errors
 */
const cut: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * Codes by which a server says that it cannot be reached, has not enough members, ran out of the time it was given, is not the primary
 * or is shutting down. https://www.mongodb.com/docs/manual/reference/error-codes/
 */
const passing = new Set([6, 7, 50, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** WriteConflict: https://www.mongodb.com/docs/manual/reference/error-codes/ */
const WRITE_CONFLICT = 112;
const DUPLICATE_KEY = 11000;
const DOCUMENT_VALIDATION_FAILURE = 121;

/**
 * What the driver threw, in our words: TransientError, DependencyError, DuplicateKeyError, DocumentRefusedError; anything else as it came.
 * @param collection the collection that was written, for the message
 */
export function translate(error: unknown, collection = 'a collection'): unknown {
  if (error instanceof SluiceError) return error;
  if (error instanceof Error && 'code' in error && cut.has(error.code)) return unanswered(error, String(error.code));
  if (!(error instanceof MongoError)) return error;
  if (error instanceof MongoServerError || error instanceof MongoBulkWriteError) withoutDocuments(error);
  if (isRefused(error)) return new DependencyError('mongodb', 'MongoDB refused the credentials', { cause: error });
  if (error.hasErrorLabel('TransientTransactionError')) return new TransientError(error.message, { cause: error });
  if (isDuplicateKey(error)) return new DuplicateKeyError(collection, duplicateFields(error), { cause: error });
  if (error.code === DOCUMENT_VALIDATION_FAILURE) return new DocumentRefusedError(collection, { cause: error });
  if (error.code === WRITE_CONFLICT) return new TransientError(error.message, { cause: error });
  const lost =
    withoutConnection.has(error.name) ||
    unreachable.some((kind) => error instanceof kind) ||
    (typeof error.code === 'number' && passing.has(error.code));
  if (lost || error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('UnknownTransactionCommitResult')) {
    return unanswered(error, error.name);
  }
  return error;
}

/** What a server says quotes documents in braces; what is said goes into records and log lines, where none may be. */
function withoutDocuments(error: MongoError): void {
  const from = error.message.indexOf('{');
  if (from >= 0) error.message = `${error.message.slice(0, from)}{…}`;
}

const unanswered = (cause: Error, why: string): DependencyError =>
  new DependencyError('mongodb', `MongoDB did not answer (${why})`, { cause });

const isDuplicateKey = (error: unknown): error is MongoServerError | MongoBulkWriteError =>
  (error instanceof MongoServerError || error instanceof MongoBulkWriteError) && error.code === DUPLICATE_KEY;

/** Did a unique index refuse this write? */
export const isDuplicateKeyError = (error: unknown): boolean => error instanceof DuplicateKeyError;

/** Is this the duplicate key of a record that exists already, that is: of `_id`? */
export const isDuplicateId = (error: unknown): boolean =>
  error instanceof DuplicateKeyError && error.fields.join() === '_id';

/** Did this write meet another writer of the same document? */
export const isWriteConflict = (error: unknown): boolean =>
  error instanceof TransientError && error.cause instanceof MongoError && error.cause.code === WRITE_CONFLICT;

function duplicateFields(error: MongoServerError | MongoBulkWriteError): string[] {
  const pattern = keyPattern(error);
  const fields = pattern ? Object.keys(pattern) : indexFields(error.message);
  return fields.filter((field) => field !== 'tenant');
}

/**
 * Of several writes the driver hands on the message alone, with the name of the index, which is made of its fields (setUpIndexes):
 * `tenant_1_name_-1`.
 */
function indexFields(message: string): string[] {
  const name = /index: (\S+) dup key/.exec(message)?.[1] ?? '';
  if (name === '_id_') return ['_id'];
  const fields: string[] = [];
  let field: string[] = [];
  const parts = name.split('_');
  for (const [index, part] of parts.entries()) {
    // A field may end with `_1` itself: of several the last is its direction.
    if (field.length > 0 && isDirection(part) && !isDirection(parts[index + 1])) {
      fields.push(field.join('_'));
      field = [];
    } else field.push(part);
  }
  return fields;
}

const isDirection = (part = ''): boolean => /^-?1$/.test(part);

function keyPattern(error: unknown): Record<string, unknown> | undefined {
  if (typeof error !== 'object' || error === null || !('keyPattern' in error)) return undefined;
  const { keyPattern } = error;
  return typeof keyPattern === 'object' && keyPattern !== null ? { ...keyPattern } : undefined;
}

/** Unauthorized, and what Atlas answers in its place. */
const NOT_ALLOWED: ReadonlySet<unknown> = new Set([13, 8000]);

/** Is this what the user of the connection may not do? */
export const isNotAllowed = (error: unknown): boolean =>
  error instanceof MongoServerError && NOT_ALLOWED.has(error.code);

const NAMESPACE_NOT_FOUND = 26;

/** Is there no collection of this name? */
export const isNoCollection = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND;

/** Waits without a budget, for what may take long (building an index), and throws in our words. */
export async function translated<Value>(operation: () => Promise<Value>, collection?: string): Promise<Value> {
  try {
    return await operation();
  } catch (error) {
    throw translate(error, collection);
  }
}
