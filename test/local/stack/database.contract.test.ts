import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setUp } from '../../../local/stack/database.ts';
import { type TestEngines, testEngines } from '../../support/engines.ts';

const database = `here-${process.pid}`;
let engines: TestEngines;
beforeAll(async () => {
  engines = await testEngines();
});
afterAll(async () => {
  const client = new MongoClient(engines.mongoUri);
  await client.db(database).dropDatabase();
  await client.close();
  await engines.stop();
});

it('names a unique that was taken out of a declaration while it ran, because it goes on refusing', async () => {
  const said: string[] = [];
  const here = { SERVICE: 'here', STAGE: 'local', MONGODB_URI: engines.mongoUri, MONGODB_DATABASE: database };
  const declared = (unique: string[][]) => setUp(here, (line) => said.push(line), { members: { unique } });
  await declared([['email']]);
  await declared([['email'], ['state']]);
  expect(said).toEqual([]);
  await declared([['email']]);
  expect(said).toEqual([
    expect.stringMatching(/^nothing declares members\.tenant_1_state_1 any more; .*npm run db:setup -- --drop-unused/),
  ]);
});
