import { expect } from 'vitest';
import { startMongo } from '../../../../local/engines/mongo/server.ts';
import { claims } from '../../../support/claims/claim.ts';
import { newSession, rawConnection } from './raw.ts';
import { begin, collectionOf, errorOf, idOf, isEmbedded, mongo, transient } from './support.ts';

const { does } = claims('mongo', 'sessions');
const fixture = mongo();

does('reference/command/endSessions/', 'endSessions aborts what is open', async () => {
  const all = await collectionOf(fixture, { _id: 1, n: 0 });
  const session = begin(fixture);
  await all.updateOne(idOf(1), { $inc: { n: 1 } }, { session });
  await fixture.client.db('admin').command({ endSessions: [session.id] });
  expect(await all.updateOne(idOf(1), { $inc: { n: 5 } }, { maxTimeMS: 20_000 })).toMatchObject({ modifiedCount: 1 });
  expect((await errorOf(all.findOne({}, { session }))).code).toBe(251);
  await session.endSession();
});

does(
  'reference/command/killSessions/',
  'killSessions aborts what is open and kills the cursors of the session',
  async () => {
    const all = await collectionOf(fixture, { _id: 1 }, { _id: 2 }, { _id: 3 });
    const session = begin(fixture);
    const cursor = all.find({}, { session, batchSize: 1 });
    await cursor.next();
    await fixture.client.db('admin').command({ killSessions: [session.id] });
    expect((await errorOf(cursor.next())).hasErrorLabel(transient)).toBe(true);
    await session.endSession();
  },
);

does('reference/server-sessions/', 'hello says how long an unused session is kept', async () => {
  expect(await fixture.db.command({ hello: 1 })).toMatchObject({ logicalSessionTimeoutMinutes: 30 });
});

does('reference/server-sessions/', 'two sessions use the same transaction number each for itself', async () => {
  const all = await collectionOf(fixture);
  const raw = await rawConnection(fixture.uri);
  for (const _id of [1, 2]) {
    const insert = { insert: all.collectionName, documents: [{ _id }], lsid: newSession(), txnNumber: 1n };
    expect(await raw.run(fixture.db.databaseName, insert)).toMatchObject({ ok: 1, n: 1 });
  }
  expect(await all.countDocuments()).toBe(2);
  raw.drop();
});

does('reference/server-sessions/', 'a transaction number without a session, or of no number, is an error', async () => {
  const raw = await rawConnection(fixture.uri);
  const insert = { insert: 'c', documents: [{ a: 1 }] };
  expect(await raw.run(fixture.db.databaseName, { ...insert, txnNumber: 1n })).toMatchObject({ ok: 0, code: 72 });
  const without = { ...insert, lsid: newSession(), autocommit: false };
  expect(await raw.run(fixture.db.databaseName, without)).toMatchObject({ ok: 0, code: 72 });
  raw.drop();
});

if (isEmbedded)
  does(
    'reference/parameters/#mongodb-parameter-param.localLogicalSessionTimeoutMinutes',
    'a session that nobody used for its time is forgotten, with its retryable writes',
    async () => {
      const embedded = await startMongo({ sessionTimeoutMs: 1000, ttlIntervalMs: 20 });
      const raw = await rawConnection(embedded.uri);
      const command = {
        update: 'c',
        updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }],
        lsid: newSession(),
        txnNumber: 5n,
      };
      await raw.run('a', command);
      expect(await raw.run('a', command)).toMatchObject({ retriedStmtIds: [0] });
      const older = { ...command, txnNumber: 4n };
      await expect.poll(() => raw.run('a', older), { interval: 1500 }).toMatchObject({ ok: 1, n: 1 });
      raw.drop();
      await embedded.stop();
    },
  );

if (isEmbedded)
  does(
    'reference/parameters/#mongodb-parameter-param.transactionLifetimeLimitSeconds',
    'a transaction is aborted after its lifetime',
    async () => {
      const embedded = await startMongo({ transactionLifetimeLimitSeconds: 0.1 });
      const raw = await rawConnection(embedded.uri);
      const session = { lsid: newSession(), txnNumber: 1n, autocommit: false };
      const update = (n: number) => ({ update: 'c', updates: [{ q: { _id: 1 }, u: { $inc: { n } }, upsert: true }] });
      await raw.run('a', update(0));
      await raw.run('a', { ...update(1), ...session, startTransaction: true });
      const other = await rawConnection(embedded.uri);
      expect(await other.run('a', update(5))).toMatchObject({ ok: 1, n: 1 });
      expect(await raw.run('admin', { commitTransaction: 1, ...session })).toMatchObject({
        ok: 0,
        code: 251,
        errorLabels: [transient],
      });
      expect(await raw.run('a', { find: 'c' })).toMatchObject({ cursor: { firstBatch: [{ _id: 1, n: 5 }] } });
      raw.drop();
      other.drop();
      await embedded.stop();
    },
  );
