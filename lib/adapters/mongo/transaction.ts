import type { ClientSession, Document } from 'mongodb';
import { SluiceError } from '../../errors.ts';
import type { Collection } from '../../event.ts';
import type { Settlement, Transaction } from '../../ports.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { tenantCollection } from './collection.ts';
import { isDuplicateId, isWriteConflict } from './errors.ts';
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
  const { events, timeoutMs } = connection;
  let session: ClientSession | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  let closed = false;
  let settling = false;

  const inTransaction = (): ClientSession => {
    session ??= connection.client.startSession({
      defaultTransactionOptions: { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } },
    });
    if (!session.inTransaction()) session.startTransaction();
    return session;
  };
  const run = <Value>(
    operation: (options: { session: ClientSession }) => Promise<Value>,
    name: string,
  ): Promise<Value> => {
    const next = last.then(async () => {
      if (closed) throw new SluiceError('transaction-over', `collection ${name} was used after the run had ended`);
      // After its first error a transaction is gone on the server; what came after would only hide that error.
      if (failure !== undefined) throw failure;
      try {
        return await withinBudget(remainingMs(), () => operation({ session: inTransaction() }), name);
      } catch (error) {
        // A misuse never reached the server.
        if (!(error instanceof SluiceError && error.code === 'collection-misused')) failure = error;
        throw error;
      }
    });
    last = next.catch(() => undefined);
    return next;
  };

  /** Nothing more is taken in; what is under way ends first. */
  const close = async (): Promise<void> => {
    closed = true;
    await last;
  };
  const end = async (): Promise<void> => {
    await close();
    try {
      if (session?.inTransaction()) await withinBudget(timeoutMs, async () => session?.abortTransaction());
    } catch {
      // The server aborts it by itself, when the session ends or the transaction is 60 s old.
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
    settle: async (settlements) => {
      await close();
      try {
        if (failure !== undefined) throw failure;
        await write(settlements);
        if (session?.inTransaction()) await withinBudget(timeoutMs, async () => session?.commitTransaction());
        return 'settled';
      } catch (error) {
        // Only `_id` of a record can be doubled here, so this duplicate key is the condition that does not hold.
        if (isDuplicateId(error)) return 'refused';
        if (settling && isWriteConflict(error)) return 'conflict';
        throw error;
      } finally {
        await end();
      }
    },
    abort: end,
  };

  /** One write outside a transaction, when it is the only one: it is atomic by itself. */
  async function write(settlements: readonly Settlement[]): Promise<void> {
    const writes = settlements.map((settlement) => ({
      updateOne: { ...settlementUpdate(settlement, expireAfterDays), upsert: true },
    }));
    const options = session?.inTransaction() || writes.length > 1 ? { session: inTransaction() } : {};
    settling = true;
    await withinBudget(timeoutMs, () => events.bulkWrite(writes, options), 'events');
    settling = false;
  }
}
