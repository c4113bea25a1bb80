import type { AnyBulkWriteOperation, ClientSession, Document } from 'mongodb';
import { DependencyError, SluiceError, TransientError } from '../../errors.ts';
import type { Collection } from '../../event.ts';
import type { EventRecord, Transaction } from '../../ports.ts';
import type { MongoConnection } from './client.ts';
import { tenantCollection } from './collection.ts';
import { isDuplicateId, translate } from './errors.ts';
import { settlementUpdate } from './record-updates.ts';

/**
 * One transaction of one tenant. It begins at the first operation, so a handler that touches no collection costs one write.
 * Operations run one after another: a transaction takes one at a time.
 * https://www.mongodb.com/docs/drivers/node/current/crud/transactions/
 * @param remainingMs milliseconds that are left to whoever asks; bounds each operation
 */
export function beginTransaction(
  connection: MongoConnection,
  tenant: string,
  expireAfterDays: number,
  remainingMs: () => number,
): Transaction {
  let session: ClientSession | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  let closed = false;

  const inTransaction = (): ClientSession => {
    session ??= connection.client.startSession({
      defaultTransactionOptions: { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } },
    });
    if (!session.inTransaction()) session.startTransaction();
    return session;
  };
  const run = <Value>(
    operation: (options: { session: ClientSession; timeoutMS: number }) => Promise<Value>,
    name: string,
  ): Promise<Value> => {
    const next = last.then(async () => {
      if (closed)
        throw new SluiceError('transaction-over', `collection ${name} was used after the handler's run had ended`);
      // After its first error a transaction is gone on the server; what came after would only hide that error.
      if (failure !== undefined) throw failure;
      try {
        return await operation({ session: inTransaction(), timeoutMS: Math.max(1, remainingMs()) });
      } catch (error) {
        const known = translate(error, name);
        // A misuse never reached the server.
        if (!(known instanceof SluiceError && known.code === 'collection-misused')) failure = known;
        throw known;
      }
    });
    last = next.catch(() => undefined);
    return next;
  };
  const end = async (): Promise<void> => {
    closed = true;
    await last;
    try {
      if (session?.inTransaction()) await session.abortTransaction({ timeoutMS: connection.timeoutMs });
    } catch {
      // The server aborts it by itself when the session ends or the transaction is 60 s old.
    } finally {
      await session?.endSession();
    }
  };

  return {
    get failure() {
      return failure;
    },
    collection: <Doc extends Document>(name: string): Collection<Doc> =>
      tenantCollection<Doc>(connection.db.collection(name), { tenant, run: (operation) => run(operation, name) }),
    async settle(settlements) {
      const writes = settlements.map(
        (settlement): AnyBulkWriteOperation<EventRecord> => ({
          updateOne: { ...settlementUpdate(settlement, expireAfterDays), upsert: true },
        }),
      );
      await last;
      if (failure !== undefined) throw failure;
      return settleAndCommit(writes);
    },
    abort: end,
  };

  async function settleAndCommit(
    writes: AnyBulkWriteOperation<EventRecord>[],
  ): Promise<'settled' | 'refused' | 'conflict'> {
    try {
      const options = {
        timeoutMS: connection.timeoutMs,
        ...(session?.inTransaction() || writes.length > 1 ? { session: inTransaction() } : {}),
      };
      await connection.events.bulkWrite(writes, options);
    } catch (error) {
      await end();
      if (isDuplicateId(error)) return 'refused';
      const known = translate(error, 'events');
      if (known instanceof TransientError && !(known.cause instanceof DependencyError) && isConflict(error))
        return 'conflict';
      throw known;
    }
    try {
      if (session?.inTransaction()) await session.commitTransaction({ timeoutMS: connection.timeoutMs });
      return 'settled';
    } catch (error) {
      throw translate(error);
    } finally {
      await end();
    }
  }
}

const isConflict = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 112;
