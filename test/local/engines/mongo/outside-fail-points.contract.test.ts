import type { Document } from 'mongodb';
import { afterEach, beforeEach, expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { errorOf, freshName, mongo } from './support.ts';

const PAGE = 'https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point';
const { does } = claims('mongo', 'fail points');
const fixture = mongo({ testCommands: true });

const fail = (data: Document, mode: Document | string = { times: 1 }, name = 'failCommand') =>
  fixture.client.db('admin').command({ configureFailPoint: name, mode, data });

// A server that was named has none, unless it was started with them.
beforeEach(({ skip }) => skip(fixture.embedded === undefined));
afterEach(() => (fixture.embedded ? fail({}, 'off') : undefined));

const rows = () => fixture.db.collection<{ _id: number }>(freshName());
const unretried = async () =>
  (await fixture.connect({ retryWrites: false, retryReads: false })).db(fixture.db.databaseName);

does(PAGE, 'an error is answered as often as it was asked for', async () => {
  await fail({ failCommands: ['insert'], errorCode: 262 }, { times: 2 });
  const db = await unretried();
  const insert = () => db.collection<{ _id: number }>('a').insertOne({ _id: 1 });
  expect(await errorOf(insert())).toMatchObject({ code: 262, codeName: 'ExceededTimeLimit' });
  expect(await errorOf(insert())).toMatchObject({ code: 262 });
  await insert();
  expect(await fail({}, 'off')).toMatchObject({ count: 2 });
});

does(PAGE, 'a retryable error carries its label, and the driver writes once', async () => {
  const all = rows();
  await fail({ failCommands: ['insert'], errorCode: 262 });
  await all.insertOne({ _id: 1 });
  await fail({ failCommands: ['insert'], closeConnection: true });
  await all.insertOne({ _id: 2 });
  await fail({}, { times: 1 }, 'onPrimaryTransactionalWrite');
  await all.insertOne({ _id: 3 });
  expect(await all.distinct('_id')).toEqual([1, 2, 3]);
});

does(PAGE, 'a commit survives an error, and that its connection was closed', async () => {
  const all = rows();
  for (const [_id, data] of [
    [1, { errorCode: 262 }],
    [2, { closeConnection: true }],
  ] as const) {
    const session = fixture.client.startSession();
    session.startTransaction();
    await all.insertOne({ _id }, { session });
    await fail({ failCommands: ['commitTransaction'], ...data });
    await session.commitTransaction();
    await session.endSession();
  }
  expect(await all.distinct('_id')).toEqual([1, 2]);
});

does(PAGE, 'an error in a transaction is transient and does not end it', async () => {
  const all = rows();
  let tries = 0;
  await fail({ failCommands: ['insert'], errorCode: 112 });
  await fixture.client.withSession((session) =>
    session.withTransaction(() => {
      tries += 1;
      return all.insertOne({ _id: 1 }, { session });
    }),
  );
  expect(tries).toBe(2);
});

does(PAGE, 'an error of the write concern comes with a write that was done', async () => {
  const all = rows();
  await fail({ failCommands: ['insert'], writeConcernError: { code: 64, errmsg: 'waiting timed out' } });
  await expect(all.insertOne({ _id: 1 })).rejects.toMatchObject({ code: 64 });
  expect(await all.countDocuments()).toBe(1);
});

does(PAGE, 'labels that were named take the place of the own ones', async () => {
  await fail({ failCommands: ['find'], errorCode: 10, errorLabels: ['SomeLabel'] });
  const error = await errorOf(rows().findOne());
  expect(error.hasErrorLabel('SomeLabel')).toBe(true);
});

does(PAGE, 'a command is held up, and no longer than its maxTimeMS', async () => {
  await fail({ failCommands: ['find'], blockConnection: true, blockTimeMS: 20_000 });
  expect(await errorOf(rows().findOne({}, { maxTimeMS: 20 }))).toMatchObject({ code: 50 });
});

does(PAGE, 'only the application that was named fails', async () => {
  await fail({ failCommands: ['find'], errorCode: 10, appName: 'other' }, 'alwaysOn');
  const other = (await fixture.connect({ appName: 'other' })).db(fixture.db.databaseName);
  expect(await errorOf(other.collection('a').findOne())).toMatchObject({ code: 10 });
  await fixture.db.collection('a').findOne();
});

does(PAGE, 'a fail point that is not known is refused', async () => {
  expect(await errorOf(fail({}, 'alwaysOn', 'nonsense'))).toMatchObject({ code: 222 });
  expect(await errorOf(fail({ nonsense: 1 }))).toMatchObject({ code: 2 });
  expect(await errorOf(fail({}, 'sometimes'))).toMatchObject({ code: 2 });
});

does(
  'reference/method/cursor.maxTimeMS/',
  'maxTimeMS of a find counts in its later batches too; in those of a find without it never',
  async () => {
    const all = rows();
    await all.insertMany([{ _id: 1 }, { _id: 2 }]);
    const [timed, free] = [all.find({}, { batchSize: 1, maxTimeMS: 10_000 }), all.find({}, { batchSize: 1 })];
    expect([await timed.next(), await free.next()]).toEqual([{ _id: 1 }, { _id: 1 }]);
    await fail({}, 'alwaysOn', 'maxTimeAlwaysTimeOut');
    try {
      expect(await errorOf(timed.next())).toMatchObject({ code: 50 });
      expect(await free.next()).toEqual({ _id: 2 });
    } finally {
      await fail({}, 'off', 'maxTimeAlwaysTimeOut');
    }
  },
);
