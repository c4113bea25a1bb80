import { setTimeout as sleep } from 'node:timers/promises';
import { MongoError } from 'mongodb';
import { DependencyError } from '../../core/errors.ts';

/** A commit whose answer was lost is sent again after this at most, full jitter. */
const PAUSE_MS = 100;

/**
 * Sends a commit, and again while its answer is lost and time lasts: a server that has committed it says so once more, one that has not
 * does it now (protocol: lost-commit).
 * https://www.mongodb.com/docs/manual/core/transactions-in-applications/#-unknowntransactioncommitresult-
 * @param ms for all of it
 * @param send is given what is left of that
 * @throws what the last sending throws: after a DependencyError it may have been committed
 */
export async function commitWithin(ms: number, send: (leftMs: number) => Promise<unknown>): Promise<void> {
  const end = performance.now() + ms;
  for (;;) {
    try {
      await send(end - performance.now());
      return;
    } catch (error) {
      const pause = Math.random() * PAUSE_MS;
      if (!isUnanswered(error) || performance.now() + pause >= end) throw error;
      await sleep(pause);
    }
  }
}

/** What was given up in silence is not asked again: its operation holds the session. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof DependencyError &&
  error.cause instanceof MongoError &&
  error.cause.hasErrorLabel('UnknownTransactionCommitResult');
