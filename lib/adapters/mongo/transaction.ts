import type { ClientSession, Document } from 'mongodb';
import type { SettleAnswer, Settlement, Transaction } from '../../ports/transaction.ts';
import type { Collection } from '../../sdk/collection.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { createWatch, serverTime, withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { type Bound, tenantCollection } from './collection.ts';
import { commitWithin } from './commit.ts';
import { isDuplicateId, isWriteConflict } from './errors.ts';
import { createHeldInserts, failedLater } from './held-inserts.ts';
import { settlementUpdate } from './record-updates.ts';
import { settlingWrites } from './settling-writes.ts';
import { type Write, writeTogether } from './write-together.ts';

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
  const { client, db, events, timeoutMs } = connection;
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
  const watch = createWatch();

  const inTransaction = (): ClientSession => {
    session ??= client.startSession({
      defaultTransactionOptions: { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } },
    });
    if (!session.inTransaction()) session.startTransaction();
    return session;
  };

  /** Waits within the budget; what is given up is kept, because a session ends only after its operations. */
  const bounded = async <Value>(ms: number, work: () => Promise<Value>, name?: string): Promise<Value> => {
    const working = work();
    return watch.within(ms, working, name, () => {
      givenUp = working;
    });
  };

  const send = (writes: readonly Write[], ms: number, options?: { maxTimeMS: number }): Promise<void> =>
    bounded(ms, () => writeTogether({ client, database: db.databaseName }, writes, inTransaction(), options));

  const perform: Run = async (operation, name) => {
    if (closed)
      throw new SluiceError('transaction-over', `collection ${name} was used after the run had ended`, {
        retryable: true,
      });
    // After its first error a transaction is gone on the server; what came after would only hide that error.
    if (failure !== undefined) throw failure;
    try {
      const before = held.take(name);
      const ofBoth = remainingMs();
      if (before.length > 0)
        await send(before, ofBoth, serverTime(ofBoth)).catch((cause: unknown) => {
          throw failedLater(cause, name);
        });
      const ms = remainingMs();
      return await bounded(ms, () => operation({ session: inTransaction(), ...serverTime(ms) }), name);
    } catch (error) {
      // A misuse never reached the server.
      if (!(error instanceof SluiceError && error.code === 'collection-misused')) failure = error;
      throw error;
    }
  };

  const ended = (): void => {
    underWay--;
  };
  const run: Run = (operation, name) => {
    const answer = () => perform(operation, name).finally(() => unanswered--);
    unanswered++;
    const next = underWay++ === 0 ? answer() : last.then(answer);
    last = next.then(ended, ended);
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
    watch.end();
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
      return tenantCollection<Doc>(connection.collection(name), {
        tenant,
        db,
        run: (operation) => run(operation, name),
        write: (operation) => {
          writes++;
          return run(operation, name);
        },
        hold: (prepare) => {
          // It is not to overtake what is under way.
          if (!inserts || closed || failure !== undefined || unanswered > 0) return undefined;
          const answer = held.hold(name, prepare);
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
   * All records, and what is still held back, in one command. One record alone is a write outside a transaction, when it is the only one:
   * it is atomic by itself. A replay closes its failure too (protocol: settling-closes-the-failure).
   */
  async function write(settlements: readonly Settlement[], atMost: (ms: number) => number): Promise<SettleAnswer> {
    const writes = [...held.take(), ...settlingWrites(settlements, expireAfterDays)];
    const ms = atMost(timeoutMs * Math.ceil(settlements.length / WRITES_A_BUDGET));
    try {
      const [first, second] = settlements;
      if (first && !second && writes.length === 1 && !session?.inTransaction()) {
        const { filter, update } = settlementUpdate(first, expireAfterDays);
        await bounded(ms, () => events.updateOne(filter, update, { upsert: true }), 'events');
      } else await send(writes, ms);
      return 'settled';
    } catch (error) {
      // What handlers insert has a fresh `_id`, so this duplicate key is of a record: the condition does not hold.
      if (isDuplicateId(error)) return 'refused';
      if (isWriteConflict(error)) return 'conflict';
      throw error;
    }
  }
}
