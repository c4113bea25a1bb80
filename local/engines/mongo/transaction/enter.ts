import { Long } from 'bson';
import { MongoFault } from '../errors.ts';
import { type Doc, toNumber } from '../value/types.ts';
import type { Session, Sessions, SessionTransaction } from './sessions.ts';

/** The part that a command plays in its session. */
export interface Role {
  session: Session | undefined;
  /** Set when the command belongs to a transaction. */
  transaction: SessionTransaction | undefined;
  /** Set for a retryable write: what its statements answered before. */
  executed: Map<number, unknown> | undefined;
}

const transient = { labels: ['TransientTransactionError'] };

/**
 * Finds or starts the transaction of a command.
 * https://github.com/mongodb/specifications/blob/master/source/transactions/transactions.md
 * @throws MongoFault NoSuchTransaction, TransactionTooOld, TransactionCommitted, ConflictingOperationInProgress, InvalidOptions
 */
export function enterSession(name: string, command: Doc, sessions: Sessions, connection: number): Role {
  const { lsid, txnNumber, autocommit, startTransaction } = command;
  const session = lsid === undefined ? undefined : sessions.of(lsid);
  if (txnNumber === undefined) {
    if (autocommit !== undefined || startTransaction !== undefined)
      throw new MongoFault('InvalidOptions', "'autocommit' and 'startTransaction' need a 'txnNumber'");
    return { session, transaction: undefined, executed: undefined };
  }
  if (!session) throw new MongoFault('InvalidOptions', 'Transaction number requires a session ID to also be specified');
  const number = bigint(txnNumber);
  if (number < session.number)
    throw new MongoFault(
      'TransactionTooOld',
      `Cannot start transaction ${number} on session ${session.id} because a newer transaction ${session.number} has already started.`,
    );
  if (autocommit === undefined) return enterRetryable(session, number, sessions);
  if (autocommit !== false) throw new MongoFault('InvalidOptions', 'autocommit must be false in a transaction');
  if (startTransaction === true) return enterNew(name, session, number, sessions, connection);
  if (startTransaction !== undefined) throw new MongoFault('InvalidOptions', 'startTransaction must be true or absent');
  return enterRunning(name, session, number, connection);
}

function enterRetryable(session: Session, number: bigint, sessions: Sessions): Role {
  if (session.transaction?.number === number)
    throw new MongoFault('IncompleteTransactionHistory', `txnNumber ${number} was used by a transaction`);
  if (number > session.number) renew(session, number, sessions);
  return { session, transaction: undefined, executed: session.executed };
}

function enterNew(name: string, session: Session, number: bigint, sessions: Sessions, connection: number): Role {
  if (number === session.number)
    throw new MongoFault(
      'ConflictingOperationInProgress',
      `Cannot start a transaction at given transaction number ${number} a transaction with the same number is in state ${session.transaction?.state ?? 'retryable write'}`,
    );
  if (name === 'commitTransaction' || name === 'abortTransaction')
    throw new MongoFault('OperationNotSupportedInTransaction', `Cannot start a transaction with ${name}`);
  renew(session, number, sessions);
  return { session, transaction: sessions.start(session, number, connection), executed: undefined };
}

function enterRunning(name: string, session: Session, number: bigint, connection: number): Role {
  const { transaction } = session;
  if (transaction?.number !== number)
    throw new MongoFault(
      'NoSuchTransaction',
      `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${session.number}`,
      transient,
    );
  if (transaction.state === 'aborted' && name !== 'abortTransaction')
    throw new MongoFault('NoSuchTransaction', `Transaction with { txnNumber: ${number} } has been aborted.`, transient);
  if (transaction.state === 'committed' && name !== 'commitTransaction')
    throw new MongoFault('TransactionCommitted', `Transaction with { txnNumber: ${number} } has been committed.`);
  transaction.connection = connection;
  return { session, transaction, executed: undefined };
}

/** A higher number ends whatever the lower one left. */
function renew(session: Session, number: bigint, sessions: Sessions): void {
  if (session.transaction) sessions.abort(session.transaction);
  session.transaction = null;
  session.number = number;
  session.executed = new Map();
}

function bigint(value: unknown): bigint {
  if (value instanceof Long) return value.toBigInt();
  const number = toNumber(value);
  if (number === undefined || !Number.isInteger(number) || number < 0)
    throw new MongoFault('InvalidOptions', 'Transaction number cannot be negative');
  return BigInt(number);
}
