import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { startMongo } from '../../../../local/engines/mongo/server.ts';

async function startWithOne() {
  const server = await startMongo();
  const client = new MongoClient(server.uri, { serverSelectionTimeoutMS: 100 });
  onTestFinished(async () => {
    await client.close();
    await server.stop();
  });
  const all = client.db('test').collection('all');
  await all.insertOne({ n: 1 });
  return { server, all };
}

test('while it is away nobody reaches it, and when it is back everything is there', async () => {
  const { server, all } = await startWithOne();
  const back = server.away(500);
  await expect(all.countDocuments()).rejects.toThrow();
  await back;
  await expect.poll(() => all.countDocuments().catch(() => 'away')).toBe(1);
});

test('it can be stopped while it is away', async () => {
  const { server } = await startWithOne();
  const back = server.away(60_000);
  await server.stop();
  await back;
});
