import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { withinBudget } from '../../../../lib/adapters/mongo/budget.ts';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';
import type { Renew } from '../../../../lib/core/renew.ts';
import type { Clock } from '../../../../lib/ports/clock.ts';
import { createRenew } from '../../../../lib/wiring/renew-address.ts';
import { type EmbeddedMongo, startMongo } from '../../../../local/engines/mongo/server.ts';
import { eventually } from '../../../support/eventually.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { silentLog } from '../../../support/log.ts';
import { startMongoBehindPassword } from '../../../support/mongo-behind-password.ts';

const PATIENT = 20_000;
let engine: EmbeddedMongo;
let client: MongoClient;
let admin: Db;
beforeAll(async () => {
  // A transaction that is under way loses its connection, and goes on however late this machine is.
  engine = await startMongo({ testCommands: true, abandonedAfterMs: 60_000 });
  client = new MongoClient(engine.uri);
  admin = client.db('admin');
});
afterAll(async () => {
  await client.close();
  await engine.stop();
});

/** By which no pause between two reads is left. */
function restless(): Clock {
  const { now, advance, sleep } = fakeClock();
  return {
    sleep,
    now: () => {
      advance(60_000);
      return now();
    },
  };
}

/** A connection whose password is changed at the server while it stands. */
async function rotating({ renews = true } = {}) {
  const gate = await startMongoBehindPassword(engine.uri, 'old');
  onTestFinished(gate.stop);
  const store = { password: 'old', reads: 0 };
  const read = async () => {
    store.reads++;
    return gate.urlWith(store.password);
  };
  const first = gate.urlWith('old');
  const renew = createRenew('MONGODB_URI', first, { read, clock: restless(), random: () => 0, log: silentLog });
  const config = { uri: first, database: `rotation-${process.pid}`, timeoutMs: PATIENT };
  const connection = connectMongo({ ...config, ...(renews && { renew }) });
  onTestFinished(() => connection.close());
  const items = connection.db.collection<{ _id: number }>('items');
  /** So many at a time that new connections are needed. */
  const readMany = () =>
    Promise.all(Array.from({ length: 7 }, () => withinBudget(PATIENT, () => items.countDocuments())));
  await items.deleteMany({});
  return { gate, store, connection, items, readMany };
}

describe('the password of MongoDB is changed', () => {
  test('and new connections have the new one; a transaction that is under way is not lost', async () => {
    const { gate, store, connection, items, readMany } = await rotating();
    const session = connection.client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 1 }, { session });
    gate.password = 'new';
    store.password = 'new';
    await readMany().catch((error: unknown) => expect(error).toMatchObject({ code: 'mongodb-unavailable' }));
    await items.insertOne({ _id: 2 }, { session });
    await session.commitTransaction();
    await session.endSession();
    expect(await eventually(readMany)).toEqual(Array.from({ length: 7 }, () => 2));
    expect(gate.refused).toBeGreaterThan(0);
    expect(store.reads).toBeLessThanOrEqual(gate.refused);
  });

  test('and what is being written over a connection that stood goes on', async () => {
    const { gate, store, items, readMany } = await rotating();
    const data = { failCommands: ['insert'], blockConnection: true, blockTimeMS: 2000 };
    await admin.command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data });
    const writing = items.insertOne({ _id: 1 });
    // Whatever becomes of it is looked at below.
    writing.catch(() => undefined);
    gate.password = 'new';
    store.password = 'new';
    expect(await eventually(readMany)).toHaveLength(7);
    expect(store.reads).toBeGreaterThan(0);
    expect(await writing).toMatchObject({ acknowledged: true });
  });

  test('and without reading it again nothing is answered any more (control)', async () => {
    const { gate, readMany } = await rotating({ renews: false });
    gate.password = 'new';
    for (let round = 0; round < 5; round++)
      await expect(readMany()).rejects.toMatchObject({ code: 'mongodb-unavailable', retryable: true });
  });

  test('later in the store than at the server: it is an outage, until it is there', async () => {
    const { gate, store, readMany } = await rotating();
    gate.password = 'new';
    const fault: unknown = await readMany().catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'mongodb-unavailable', message: 'MongoDB refused the credentials' });
    store.password = 'new';
    expect(await eventually(readMany)).toHaveLength(7);
  });

  test('to what the driver cannot take: it is an outage until it can, and ends nothing', async () => {
    const { gate, store, readMany } = await rotating();
    const strays: unknown[] = [];
    const stray = (reason: unknown) => void strays.push(reason);
    process.on('unhandledRejection', stray);
    onTestFinished(() => void process.off('unhandledRejection', stray));
    gate.password = 'new';
    store.password = 'n/ew';
    await expect(readMany()).rejects.toMatchObject({ code: 'mongodb-unavailable' });
    await eventually(() => expect(store.reads).toBeGreaterThan(0));
    store.password = 'new';
    expect(await eventually(readMany)).toHaveLength(7);
    expect(strays).toEqual([]);
  });

  test('again and again, and each time the one before is forgotten', async () => {
    const { gate, store, connection, readMany } = await rotating();
    let closed = 0;
    connection.client.on('topologyClosed', () => void closed++);
    for (const word of ['second', 'third', 'fourth']) {
      gate.password = word;
      store.password = word;
      expect(await eventually(readMany)).toHaveLength(7);
    }
    expect(closed).toBe(3);
  });
});

test('a function whose first connection is refused reads again, and goes on', async () => {
  const gate = await startMongoBehindPassword(engine.uri, 'new');
  onTestFinished(gate.stop);
  const renew: Renew = async () => gate.urlWith('new');
  const connection = connectMongo({ uri: gate.urlWith('old'), database: 'rotation', timeoutMs: PATIENT, renew });
  onTestFinished(() => connection.close());
  const ask = () => withinBudget(PATIENT, () => connection.events.findOne({ _id: '' }));
  expect(await eventually(ask)).toBeNull();
});
