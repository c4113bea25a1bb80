import type { ClientSession } from 'mongodb';
import { TransientError } from '../../errors.ts';
import type { EventRecord, FailureDecision, Failures } from '../../ports.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { firstFields } from './record-updates.ts';

const TRIES = 5;

/** What the dead-letter function writes, on MongoDB. Calls throw DependencyError, or TransientError when writers met five times. */
export function mongoFailures(connection: MongoConnection): Failures {
  const { events, failures } = connection;

  async function write(
    session: ClientSession,
    key: string | null,
    decide: (record: EventRecord | null) => FailureDecision | null,
  ): Promise<EventRecord | null> {
    const options = { session };
    const record = key === null ? null : await events.findOne({ _id: key }, options);
    const decision = decide(record);
    if (!decision) return record;
    const { _id, ...fields } = decision.failure;
    await failures.updateOne({ _id }, { $setOnInsert: fields }, { ...options, upsert: true });
    if (!decision.closes) return record;
    const { key: closed, message, attempts } = decision.closes;
    return events.findOneAndUpdate(
      {
        _id: closed,
        state: { $in: ['retrying', 'failing'] },
        replay: message.replay,
        fingerprint: message.fingerprint,
      },
      {
        $setOnInsert: firstFields(message),
        $set: {
          state: 'failed',
          attempts: [...attempts],
          failure: { id: _id, cause: decision.failure.cause },
          settledAt: new Date(),
        },
        $unset: { starts: '', suspect: '', returns: '', lastWord: '', expireAt: '' },
      },
      { ...options, upsert: true, returnDocument: 'after' },
    );
  }

  const once = (key: string | null, decide: (record: EventRecord | null) => FailureDecision | null) =>
    connection.client.withSession(
      {
        defaultTransactionOptions: {
          readConcern: { level: 'snapshot' },
          writeConcern: { w: 'majority', journal: true },
        },
      },
      async (session) => {
        session.startTransaction();
        try {
          const record = await write(session, key, decide);
          await session.commitTransaction();
          return record;
        } finally {
          // After a failed operation the server has aborted it; this only tells the session so.
          if (session.inTransaction()) await session.abortTransaction();
        }
      },
    );

  return {
    record: async (key, decide) => {
      for (let tried = 1; ; tried++) {
        try {
          return await withinBudget(connection.timeoutMs, () => once(key, decide));
        } catch (error) {
          if (!(error instanceof TransientError) || tried === TRIES) throw error;
        }
      }
    },
  };
}
