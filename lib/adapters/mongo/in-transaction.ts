import type { ClientSession } from 'mongodb';
import { DependencyError, TransientError } from '../../core/errors.ts';
import { type TimeLeft, withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';

const TRIES = 5;
/** Writers that met try again after this at most, full jitter. */
const PAUSE_MS = 20;

/**
 * Runs work that is all of one transaction, and again when other writers came between or the connection was cut: all of it within one budget.
 * @throws what the work throws, in our words; TransientError when writers met five times
 */
export async function inTransaction<Value>(
  connection: MongoConnection,
  work: (session: ClientSession, left: TimeLeft) => Promise<Value>,
): Promise<Value> {
  const end = performance.now() + connection.timeoutMs;
  for (let tried = 1; ; tried++) {
    try {
      return await withinBudget(end - performance.now(), (left) => once(connection, (session) => work(session, left)));
    } catch (error) {
      if (!(error instanceof TransientError) || tried === TRIES || performance.now() >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MS * tried));
    }
  }
}

const once = <Value>(connection: MongoConnection, work: (session: ClientSession) => Promise<Value>): Promise<Value> =>
  connection.client.withSession(
    {
      defaultTransactionOptions: { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } },
    },
    async (session) => {
      session.startTransaction();
      try {
        const value = await work(session);
        await session.commitTransaction();
        return value;
      } finally {
        // After a failed operation the server has aborted it; this only tells the session so.
        if (session.inTransaction()) await session.abortTransaction();
      }
    },
  );

/** @throws DependencyError in place of TransientError: others kept writing what is to be changed */
export async function unlessOthersWrite<Value>(what: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof TransientError)) throw cause;
    throw new DependencyError('mongodb', `others were writing ${what} all the time`, { cause });
  }
}
