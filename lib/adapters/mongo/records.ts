import { type Document, type Filter, MongoBulkWriteError, type UpdateFilter } from 'mongodb';
import type { Message } from '../../core/message.ts';
import type { EventRecord, KnownRecord, Records } from '../../ports/records.ts';
import { DuplicateKeyError } from '../../sdk/errors.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { isDuplicateId } from './errors.ts';
import {
  beforeTheEnd,
  condition,
  conditionAsRead,
  firstFields,
  ofKnownFormat,
  pushed,
  startMarkUpdate,
} from './record-updates.ts';
import { beginTransaction } from './transaction.ts';

/**
 * What consumers write, on MongoDB. Calls throw DependencyError where MongoDB does not answer, TransientError where writers met.
 * @param expireAfterDays days that a record stays after it was settled
 */
export function mongoRecords(connection: MongoConnection, { expireAfterDays }: { expireAfterDays: number }): Records {
  const { events, timeoutMs } = connection;

  /**
   * One conditional upsert (protocol: one-condition).
   * @returns the record after it, or null when the condition does not hold
   */
  const write = async (
    filter: Filter<EventRecord>,
    message: Message,
    update: UpdateFilter<EventRecord>,
  ): Promise<EventRecord | null> => {
    try {
      return await withinBudget(timeoutMs, () =>
        events.findOneAndUpdate(
          filter,
          { ...update, $setOnInsert: firstFields(message) },
          { upsert: true, returnDocument: 'after' },
        ),
      );
    } catch (error) {
      if (isDuplicateId(error)) return null;
      throw error;
    }
  };

  return {
    find: async (keys) => {
      const found = await withinBudget(timeoutMs, (left) =>
        events.find<KnownRecord>({ _id: { $in: [...keys] } }, { projection: { data: 0 }, ...left() }).toArray(),
      );
      return new Map(found.map((record) => [record._id, record]));
    },

    begin: (tenant, remainingMs, inserts) =>
      beginTransaction(connection, tenant, expireAfterDays, remainingMs, inserts),

    mark: async (marks) => {
      try {
        await withinBudget(timeoutMs, () =>
          events.bulkWrite(
            marks.map((mark) => ({ updateOne: { ...startMarkUpdate(mark), upsert: true } })),
            { ordered: false },
          ),
        );
        return new Set();
      } catch (error) {
        const refused = refusedMarks(error);
        if (!refused) throw error;
        return new Set(refused.map((index) => marks[index]?.run ?? ''));
      }
    },

    withdraw: async (marks) => {
      await withinBudget(timeoutMs, () =>
        events.bulkWrite(
          marks.map(({ key, run }) => ({
            updateOne: { filter: { _id: key }, update: { $unset: { [`starts.${run}`]: '' } } },
          })),
          { ordered: false },
        ),
      );
    },

    recordAttempt: (key, message, attempt, dueAt, ran) =>
      write(conditionAsRead(key, message, ran), message, {
        $set: { dueAt },
        ...pushed([attempt]),
        $unset: { suspect: '', returns: '', dueFor: '', ...unmarked(ran.run) },
      }),

    recordReturn: async (key, message, { dueAt, dueFor }, ran) => {
      const record = await write(conditionAsRead(key, message, ran), message, {
        $set: { dueAt, dueFor },
        ...pushed([]),
        $unset: { suspect: '', returns: '', ...unmarked(ran.run) },
      });
      return record !== null;
    },

    countReturn: async (key, message, run) => {
      const record = await write(condition(key, message), message, {
        $push: pushed([]).$push,
        $inc: { returns: 1 },
        ...(run && { $unset: unmarked(run) }),
      });
      return record && (record.returns ?? 0);
    },

    fail: async (key, message, attempts, lastWord, ran) => {
      const filter = ran ? conditionAsRead(key, message, ran) : condition(key, message);
      const record = await write(filter, message, {
        $set: { state: 'failing', lastWord },
        $unset: beforeTheEnd,
        ...pushed(attempts),
      });
      return record !== null;
    },

    markProjected: async (keys) => {
      await withinBudget(timeoutMs, () =>
        events.updateMany(
          { _id: { $in: [...keys] }, projected: false, ...ofKnownFormat },
          { $set: { projected: true } },
        ),
      );
    },
  };
}

const unmarked = (run: string | undefined): Document => (run === undefined ? {} : { [`starts.${run}`]: '' });

/** Indexes of the writes that a duplicate `_id` refused; undefined when there was any other error. */
function refusedMarks(error: unknown): number[] | undefined {
  if (!(error instanceof DuplicateKeyError) || !(error.cause instanceof MongoBulkWriteError)) return undefined;
  const errors = [error.cause.writeErrors].flat();
  return errors.every(({ code }) => code === 11000) ? errors.map(({ index }) => index) : undefined;
}
