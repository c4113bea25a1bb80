import fc from 'fast-check';
import type { ClientSession, Collection } from 'mongodb';
import { MongoServerError } from 'mongodb';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { freshName, mongo, transient } from './support.ts';

const { does } = claims('mongo', 'transactions');
const fixture = mongo();

interface Account {
  _id: number;
  balance: number;
  moves: number;
}
const ACCOUNTS = 4;
const OPENING = 100;

const transfer = fc.record({
  from: fc.nat(ACCOUNTS - 1),
  to: fc.nat(ACCOUNTS - 1),
  amount: fc.integer({ min: 1, max: 120 }),
  aborts: fc.boolean(),
});
type Transfer = typeof transfer extends fc.Arbitrary<infer Value> ? Value : never;

async function open(): Promise<Collection<Account>> {
  const accounts = await fixture.db.createCollection<Account>(freshName());
  await accounts.insertMany(Array.from({ length: ACCOUNTS }, (_, _id) => ({ _id, balance: OPENING, moves: 0 })));
  return accounts;
}

/** Moves money when there is enough; what is read decides, so that a lost update would show. @returns whether it moved */
async function move(
  accounts: Collection<Account>,
  { from, to, amount }: Transfer,
  session: ClientSession,
): Promise<boolean> {
  const source = await accounts.findOne({ _id: from }, { session });
  if (!source || source.balance < amount || from === to) return false;
  await accounts.updateOne(
    { _id: from },
    { $set: { balance: source.balance - amount, moves: source.moves + 1 } },
    { session },
  );
  await accounts.updateOne({ _id: to }, { $inc: { balance: amount } }, { session });
  return true;
}

/** The sum never changes, seen from inside one snapshot or from outside; nobody owes; each move is counted once. */
async function expectSound(accounts: Collection<Account>, moved: number): Promise<void> {
  const all = await accounts.find().toArray();
  expect(all.reduce((sum, { balance }) => sum + balance, 0)).toBe(ACCOUNTS * OPENING);
  expect(Math.min(...all.map(({ balance }) => balance))).toBeGreaterThanOrEqual(0);
  expect(all.reduce((sum, { moves }) => sum + moves, 0)).toBe(moved);
}

async function watch(accounts: Collection<Account>, until: () => boolean): Promise<void> {
  while (!until()) {
    const [seen] = await accounts.aggregate([{ $group: { _id: null, sum: { $sum: '$balance' } } }]).toArray();
    expect(seen?.sum).toBe(ACCOUNTS * OPENING);
  }
}

/** Begins again after a conflict, as the documentation of the core API shows. */
async function byHand(accounts: Collection<Account>, one: Transfer): Promise<number> {
  const session = fixture.client.startSession();
  try {
    for (;;) {
      session.startTransaction();
      try {
        const moved = await move(accounts, one, session);
        if (one.aborts) await session.abortTransaction();
        else await session.commitTransaction();
        return Number(moved && !one.aborts);
      } catch (cause) {
        if (session.inTransaction()) await session.abortTransaction();
        if (!(cause instanceof MongoServerError && cause.hasErrorLabel(transient))) throw cause;
      }
    }
  } finally {
    await session.endSession();
  }
}

async function withTransaction(accounts: Collection<Account>, one: Transfer): Promise<number> {
  return fixture.client.withSession((session) =>
    session.withTransaction(async () => {
      const moved = await move(accounts, one, session);
      if (one.aborts) await session.abortTransaction();
      return Number(moved && !one.aborts);
    }),
  );
}

for (const [title, run, numRuns] of [
  ['withTransaction', withTransaction, 2],
  ['begun again by hand after a conflict', byHand, 6],
] as const)
  does('core/transactions-in-applications/', `concurrent transfers keep the sum: ${title}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(transfer, { minLength: 6, maxLength: 10 }), async (transfers) => {
        const accounts = await open();
        let ended = false;
        const watching = watch(accounts, () => ended);
        const moves = await Promise.all(transfers.map((one) => run(accounts, one)));
        ended = true;
        await watching;
        await expectSound(
          accounts,
          moves.reduce((sum, one) => sum + one, 0),
        );
      }),
      { numRuns, seed: 20260301 },
    );
  });
