import type { ClientSession, Document } from 'mongodb';
import type { SettleAnswer, Settlement, Transaction } from '../../ports/transaction.ts';
import type { Collection } from '../../sdk/collection.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { BudgetError, serverTime, withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { type Bound, tenantCollection } from './collection.ts';
import { commitWithin } from './commit.ts';
import { isDuplicateId, isWriteConflict } from './errors.ts';
import { createHeldInserts } from './held-inserts.ts';
import { replayedUpdate, settlementUpdate } from './record-updates.ts';

/** Records that are settled within one budget. */
const WRITES_A_BUDGET = 500;

type Run = <Value>(operation: (options: Bound) => Promise<Value>, name: string) => Promise<Value>;

/**
 * One transaction of one tenant, for the effect and the record that settles it (protocol: effect-and-record). It begins
 * at the first operation, so a handler that touches no collection costs one write. Operations run one after another: a
 * transaction takes one at a time.
 * https://www.mongodb.com/docs/drivers/node/current/crud/transactions/
 * @param remainingMs milliseconds that are left to whoever asks; bounds each operation
 * @param inserts `held-back`: they are sent with the next operation that must be answered, or at the end (protocol: held-back-inserts)
 */
export function beginTransaction(
  connection: MongoConnection,
  tenant: string,
  expireAfterDays: number,
  remainingMs: () => number,
  inserts?: 'held-back',
): Transaction {
  const { events, failures, timeoutMs } = connection;
  let session: ClientSession | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** An operation that was given up and may still be under way. */
  let givenUp: Promise<unknown> | undefined;
  let failure: unknown;
  let closed = false;
  let writes = 0;
  let underWay = 0;
  /** Without those whose answer is only to be heard yet. */
  let unanswered = 0;
  const held = createHeldInserts();

  const inTransaction = (): ClientSession => {
    session ??= connection.client.startSession({
      defaultTransactionOptions: { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } },
    });
    if (!session.inTransaction()) session.startTransaction();
    return session;
  };

  /** Waits within the budget; what is given up is kept, because a session ends only after its operations. */
  const bounded = async <Value>(ms: number, work: () => Promise<Value>, name?: string): Promise<Value> => {
    const working = work();
    try {
      return await withinBudget(ms, () => working, name);
    } catch (error) {
      if (error instanceof BudgetError) givenUp = working;
      throw error;
    }
  };

  const sendHeld = (ms: number): Promise<void> =>
    held.send((target, documents) =>
      bounded(
        ms,
        () => target.insertMany(documents, { session: inTransaction(), ...serverTime(ms) }),
        target.collectionName,
      ),
    );

  const perform: Run = async (operation, name) => {
    if (closed)
      throw new SluiceError('transaction-over', `collection ${name} was used after the run had ended`, {
        retryable: true,
      });
    // After its first error a transaction is gone on the server; what came after would only hide that error.
    if (failure !== undefined) throw failure;
    try {
      const ms = remainingMs();
      await sendHeld(ms);
      return await bounded(ms, () => operation({ session: inTransaction(), ...serverTime(ms) }), name);
    } catch (error) {
      // A misuse never reached the server.
      if (!(error instanceof SluiceError && error.code === 'collection-misused')) failure = error;
      throw error;
    }
  };

  const run: Run = (operation, name) => {
    [underWay, unanswered] = [underWay + 1, unanswered + 1];
    const next = last.then(() => perform(operation, name).finally(() => unanswered--));
    last = next.catch(() => undefined).finally(() => underWay--);
    return next;
  };

  /**
   * Operations that the handler began without waiting for them belong to it too, and so do those that it begins when they are done
   * (protocol: late-use).
   */
  const drain = async (): Promise<void> => {
    while (underWay > 0) {
      await last;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  /** Aborts what is not committed and hands the session back, after whatever was given up. */
  const end = async (): Promise<void> => {
    closed = true;
    const open = session;
    if (!open) return;
    session = undefined;
    const ending = Promise.allSettled([givenUp]).then(async () => {
      if (open.inTransaction()) await open.abortTransaction();
      await open.endSession();
    });
    // What fails here the server ends by itself: a transaction at 60 s, a session at 30 min.
    const quietly = ending.catch(() => undefined);
    if (!givenUp) await withinBudget(timeoutMs, () => quietly).catch(() => undefined);
  };

  return {
    get failure() {
      return failure;
    },
    get writes() {
      return writes;
    },
    collection: <Doc extends Document>(name: string): Collection<Doc> => {
      const target = connection.db.collection(name);
      return tenantCollection<Doc>(target, {
        tenant,
        run: (operation) => run(operation, name),
        write: (operation) => {
          writes++;
          return run(operation, name);
        },
        hold: (prepare) => {
          // It is not to overtake what is under way.
          if (!inserts || closed || failure !== undefined || unanswered > 0) return undefined;
          const answer = held.hold(target, prepare);
          if (answer) writes++;
          return answer;
        },
      });
    },
    drain,
    settle: async (settlements, withinMs = Number.POSITIVE_INFINITY) => {
      const until = performance.now() + withinMs;
      const atMost = (ms: number): number => Math.min(ms, until - performance.now());
      await drain();
      closed = true;
      try {
        if (failure !== undefined) throw failure;
        await sendHeld(atMost(timeoutMs));
        const answer = await write(settlements, atMost);
        // An answer that is lost says nothing: whatever comes next writes under the condition (protocol: lost-commit).
        if (answer === 'settled' && session?.inTransaction())
          await commitWithin(atMost(timeoutMs), (ms) => bounded(ms, async () => session?.commitTransaction()));
        return answer;
      } finally {
        await end();
      }
    },
    abort: async () => {
      closed = true;
      await last;
      await end();
    },
  };

  /**
   * One write outside a transaction, when it is the only one: it is atomic by itself. A replay closes its failure too
   * (protocol: settling-closes-the-failure).
   */
  async function write(settlements: readonly Settlement[], atMost: (ms: number) => number): Promise<SettleAnswer> {
    const writes = settlements.map((settlement) => ({
      updateOne: { ...settlementUpdate(settlement, expireAfterDays), upsert: true },
    }));
    const replayed = settlements
      .filter(({ message }) => message.replay > 0)
      .map((settlement) => ({ updateOne: replayedUpdate(settlement, expireAfterDays) }));
    const together = session?.inTransaction() || writes.length + replayed.length > 1;
    const options = together ? { session: inTransaction() } : {};
    const ms = timeoutMs * Math.ceil(writes.length / WRITES_A_BUDGET);
    try {
      await bounded(atMost(ms), () => events.bulkWrite(writes, options), 'events');
      if (replayed.length > 0) await bounded(atMost(ms), () => failures.bulkWrite(replayed, options), 'failures');
      return 'settled';
    } catch (error) {
      // Only `_id` can be doubled by this write, so this duplicate key is the condition that does not hold.
      if (isDuplicateId(error)) return 'refused';
      if (isWriteConflict(error)) return 'conflict';
      throw error;
    }
  }
}
