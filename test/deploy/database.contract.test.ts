import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDatabaseCommand } from '../../deploy/database.ts';
import { loadEventFolder } from '../../deploy/event-types.ts';
import { type TestEngines, testEngines } from '../support/engines.ts';

describe('db:setup and db:drop on MongoDB', () => {
  let engines: TestEngines;
  let client: MongoClient;
  let environment: Record<string, string>;
  beforeAll(async () => {
    engines = await testEngines();
    client = new MongoClient(engines.mongoUri);
    environment = { STAGE: 'local', MONGODB_URI: engines.mongoUri, MONGODB_DATABASE: 'set-up' };
  });
  afterAll(async () => {
    await client.close();
    await engines.stop();
  });
  const collections = async () =>
    (await client.db('set-up').listCollections().toArray()).map(({ name }) => name).toSorted();

  it('creates what Sluice and the event files need, says so, and may be repeated', async () => {
    const expected = [
      'events',
      'failures',
      'replays',
      'keys',
      'tenants',
      'audit',
      ...Object.keys((await loadEventFolder()).collections),
    ].toSorted();
    const first = await runDatabaseCommand({ action: 'setup' }, environment);
    expect(first.match(/ created /g)).toHaveLength(expected.length);
    expect(await collections()).toEqual(expected);
    const second = await runDatabaseCommand({ action: 'setup' }, environment);
    expect(second.match(/ was there /g)).toHaveLength(expected.length);
  });

  it('entry 31: refuses a new database beside the one that was everybody’s, unless it is named', async () => {
    const { MONGODB_DATABASE: _, ...unnamed } = environment;
    const stage = { ...unnamed, SERVICE: 'set-up', STAGE: 'dev', WITHOUT_TLS: 'mongodb' };
    const setUp = (more = {}) => runDatabaseCommand({ action: 'setup' }, { ...stage, ...more }, {});
    const own = client.db('set-up_dev');
    const earlier = client.db('sluice').collection('events');
    await earlier.insertOne({ tenant: 'local' });
    await expect(setUp()).rejects.toThrow('name it (MONGODB_DATABASE=sluice');
    expect(await own.listCollections().toArray()).toEqual([]);
    await setUp({ MONGODB_DATABASE: 'set-up_dev' });
    expect(await setUp()).toContain('database "set-up_dev"');
    await own.dropDatabase();
    await earlier.drop();
    await setUp();
    expect(await own.listCollections({ name: 'events' }).toArray()).toHaveLength(1);
    await own.dropDatabase();
  });

  it('drops these collections and leaves others', async () => {
    await runDatabaseCommand({ action: 'setup' }, environment);
    await client.db('set-up').createCollection('mine');
    expect(await runDatabaseCommand({ action: 'drop' }, environment)).toMatch(/^events +dropped$/m);
    expect(await collections()).toEqual(['mine']);
  });
});
