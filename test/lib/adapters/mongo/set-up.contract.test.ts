import { randomBytes } from 'node:crypto';
import { type Db, type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mongoMissingSetup } from '../../../../lib/adapters/mongo/missing-setup.ts';
import { setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import { readConfig } from '../../../../lib/core/config.ts';
import { connectMongo, type Mongo } from '../../../../lib/wiring/mongo.ts';
import { type TestEngines, testEngines } from '../../../support/engines.ts';
import { patientBudgets } from '../../../support/patient-budgets.ts';

const day = 86_400;
/** As a deployment sets up. */
const additive = { dropUnused: false, expireSooner: false };
const unique = { members: { unique: [['email']] } };

let engines: TestEngines;
let client: MongoClient;
let mongo: Mongo;
let db: Db;
beforeAll(async () => {
  engines = await testEngines();
  client = new MongoClient(engines.mongoUri);
});
beforeEach(async () => {
  const stage = { SERVICE: `set${randomBytes(4).toString('hex')}`, STAGE: 'dev', WITHOUT_TLS: 'mongodb' };
  mongo = connectMongo(readConfig(['mongodb'], { ...stage, ...patientBudgets, MONGODB_URI: engines.mongoUri }));
  db = mongo.db;
  return async () => {
    await db.dropDatabase();
    await mongo.close();
  };
});
afterAll(async () => {
  await client.close();
  await engines.stop();
});

const rowOf = <Row extends { collection: string }>(rows: readonly Row[], name = 'members') =>
  rows.find(({ collection }) => collection === name);
const expiryOf = async () =>
  (await db.collection('members').indexes()).find(({ name }) => name === 'at_1')?.expireAfterSeconds;

/** The same database, where an index of members is still being built, as MongoDB says it (list_indexes.idl). */
function building(index: string): Db {
  const asked: string[] = [];
  return new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'command') return value.bind(target);
      return async (command: Document) => {
        const answer: Document = await target.command(command);
        if (command.listIndexes !== 'members' || asked.push(index) > 1) return answer;
        const told = answer.cursor.firstBatch.map((one: Document) =>
          one.name === index ? { spec: one, buildUUID: 'a build' } : one,
        );
        return { ...answer, cursor: { ...answer.cursor, firstBatch: told } };
      };
    },
  });
}

describe('an index that MongoDB is still building', () => {
  test('is missing, and nobody runs on it (protocol: setup-before-the-run)', async () => {
    await setupDatabase(db, unique);
    const missingOn = (one: Db) => mongoMissingSetup({ ...mongo, db: one }, unique)();
    expect(await missingOn(db)).toEqual([]);
    expect(await missingOn(building('tenant_1_email_1'))).toEqual(['the unique index members(tenant, email)']);
  });

  test('is waited for by the next setup, under its own name', async () => {
    await setupDatabase(db, unique);
    const rows = await setupDatabase(building('tenant_1_email_1'), unique);
    expect(rowOf(rows)).toMatchObject({ made: ['tenant_1_email_1'], unused: [], dropped: [] });
    expect(await db.collection('members').indexes()).toHaveLength(2);
  });
});

test('two setups at a time make one database, and both end well', async () => {
  const both = await Promise.all([setupDatabase(db, unique), setupDatabase(db, unique)]);
  expect(both[0].map(({ collection }) => collection)).toEqual(both[1].map(({ collection }) => collection));
  const once = await setupDatabase(db, unique);
  expect(once.every(({ created, made }) => !created && made.length === 0)).toBe(true);
});

test('so do two of other declarations, as when a person sets up while something else is deployed', async () => {
  const other = { members: { unique: [['name']] } };
  await Promise.all([setupDatabase(db, unique, additive), setupDatabase(db, other, additive)]);
  const names = (await db.collection('members').indexes()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['tenant_1_email_1', 'tenant_1_name_1']));
});

describe('a setup that takes nothing away', () => {
  const expiring = (afterSeconds: number) => ({ members: { expire: { field: 'at', afterSeconds } } });
  const member = () => db.collection('members').insertOne({ tenant: 'one', at: new Date(0) });

  test('makes an expiry where no document is', async () => {
    expect(rowOf(await setupDatabase(db, expiring(day), additive))).toMatchObject({ made: ['at_1'], left: [] });
    expect(await expiryOf()).toBe(day);
  });

  test('leaves one to a person where documents would leave, and no run waits for it', async () => {
    await setupDatabase(db, { members: {} }, additive);
    await member();
    expect(rowOf(await setupDatabase(db, expiring(day), additive))).toMatchObject({
      made: [],
      left: ['at_1 (documents that are there would leave)'],
    });
    expect(await mongoMissingSetup(mongo, expiring(day))()).toEqual([]);
    expect(rowOf(await setupDatabase(db, expiring(day)))).toMatchObject({ made: ['at_1'] });
  });

  test('leaves a shorter expiry to a person, and takes a longer one', async () => {
    await setupDatabase(db, expiring(7 * day), additive);
    expect(rowOf(await setupDatabase(db, expiring(day), additive))).toMatchObject({
      changed: [],
      left: [`at_1 (expires after ${7 * day} s, declared are ${day})`],
    });
    expect(await expiryOf()).toBe(7 * day);
    expect(rowOf(await setupDatabase(db, expiring(9 * day), additive))).toMatchObject({ changed: ['at_1'], left: [] });
    expect(await expiryOf()).toBe(9 * day);
  });

  test('going back to older declarations keeps what newer ones made', async () => {
    await setupDatabase(db, { members: { indexes: [['name']] } }, additive);
    await setupDatabase(db, { members: { indexes: [['name']], unique: [['email']] }, guests: {} }, additive);
    const back = await setupDatabase(db, { members: { indexes: [['name']] } }, additive);
    expect(rowOf(back)).toMatchObject({ made: [], changed: [], dropped: [], unused: ['tenant_1_email_1'] });
    expect(await db.collection('members').indexes()).toHaveLength(3);
    expect(await db.listCollections({ name: 'guests' }).toArray()).toHaveLength(1);
  });
});
