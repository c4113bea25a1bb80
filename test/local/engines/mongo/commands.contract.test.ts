import { type Document, MongoClient } from 'mongodb';
import { expect } from 'vitest';
import { startMongo } from '../../../../local/engines/mongo/server.ts';
import { claims } from '../../../support/claims/claim.ts';
import { rawConnection } from './raw.ts';
import { collectionOf, freshName, isEmbedded, mongo } from './support.ts';

const { does } = claims('mongo', 'commands and protocol');
const fixture = mongo();
const codes = 'reference/error-codes/';

const errors: [title: string, command: Document, code: number, page: string][] = [
  ['an unknown command', { nonsense: 1 }, 59, codes],
  ['an unknown option', { find: 'c', nonsense: 1 }, 40415, codes],
  ['a filter that is no document', { find: 'c', filter: 'x' }, 14, codes],
  ['a negative limit of the command', { find: 'c', limit: -1 }, 51024, 'reference/command/find/'],
  ['an aggregate without cursor', { aggregate: 'c', pipeline: [] }, 9, 'reference/command/aggregate/'],
  [
    'findAndModify with neither update nor remove',
    { findAndModify: 'c', query: {} },
    9,
    'reference/command/findAndModify/',
  ],
  [
    'a write concern of a name unknown',
    { insert: 'c', documents: [{ a: 1 }], writeConcern: { w: 'nonsense' } },
    79,
    'reference/write-concern/',
  ],
  [
    'an index without keys',
    { createIndexes: 'c', indexes: [{ key: {}, name: 'x' }] },
    67,
    'reference/command/createIndexes/',
  ],
  [
    'a TTL index of two fields',
    { createIndexes: 'c', indexes: [{ key: { a: 1, b: 1 }, name: 'x', expireAfterSeconds: 1 }] },
    67,
    'core/index-ttl/',
  ],
  ['the indexes of no collection', { listIndexes: 'none' }, 26, 'reference/command/listIndexes/'],
  ['collMod of no collection', { collMod: 'none' }, 26, 'reference/command/collMod/'],
];

for (const [title, command, code, page] of errors)
  does(page, `${title} is answered with the code ${code}`, async () => {
    const raw = await rawConnection(fixture.uri);
    const answer = await raw.run(fixture.db.databaseName, command);
    expect(answer.code ?? answer.writeErrors?.[0]?.code ?? answer.writeConcernError?.code).toBe(code);
    raw.drop();
  });

does(
  'reference/command/explain/',
  'explain shows the index, the keys and the documents that a query looks at',
  async () => {
    const collection = await collectionOf(fixture, ...Array.from({ length: 50 }, (_, n) => ({ n, m: n % 5 })));
    await collection.createIndex({ m: 1, n: -1 }, { name: 'm-n' });
    const explained: Document = await collection.find({ m: 3, n: { $gt: 30 } }).explain('executionStats');
    expect(explained.executionStats).toMatchObject({ nReturned: 4, totalDocsExamined: 4 });
    expect(explained.executionStats.totalKeysExamined).toBeLessThanOrEqual(5);
    const fetch = explained.queryPlanner.winningPlan.queryPlan ?? explained.queryPlanner.winningPlan;
    expect(fetch).toMatchObject({
      stage: 'FETCH',
      inputStage: { stage: 'IXSCAN', indexName: 'm-n', keyPattern: { m: 1, n: -1 } },
    });
    const scan: Document = await collection.find({ x: 1 }).sort({ x: 1 }).explain('queryPlanner');
    const sort = scan.queryPlanner.winningPlan.queryPlan ?? scan.queryPlanner.winningPlan;
    expect(sort).toMatchObject({ stage: 'SORT', inputStage: { stage: 'COLLSCAN' } });
  },
);

// https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-monitoring.md
for (const serverMonitoringMode of ['stream', 'poll'] as const)
  does(
    'https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-monitoring.md',
    `a driver that monitors by ${serverMonitoringMode} hears of it again and again`,
    async () => {
      const client = new MongoClient(fixture.uri, { serverMonitoringMode, heartbeatFrequencyMS: 500 });
      let heartbeats = 0;
      client.on('serverHeartbeatSucceeded', () => {
        heartbeats += 1;
      });
      await client.connect();
      await expect.poll(() => heartbeats).toBeGreaterThan(1);
      await client.close();
    },
  );

does('reference/command/hello/', 'hello tells the only member of a replica set that can be written to', async () => {
  const hello = await fixture.db.command({ hello: 1 });
  expect(hello).toMatchObject({ isWritablePrimary: true, maxBsonObjectSize: 16_777_216, maxWriteBatchSize: 100_000 });
  expect(hello.hosts).toContain(hello.me);
  expect(hello.maxWireVersion).toBeGreaterThanOrEqual(25);
});

does('reference/command/buildInfo/', 'buildInfo tells a version of 8.0 or newer', async () => {
  expect((await fixture.db.command({ buildInfo: 1 })).versionArray[0]).toBeGreaterThanOrEqual(8);
});

does('reference/stable-api/', 'a client with apiVersion 1 is served', async () => {
  const client = await fixture.connect({ serverApi: '1' });
  expect(await client.db(fixture.db.databaseName).command({ ping: 1 })).toMatchObject({ ok: 1 });
});

does(
  'reference/mongodb-wire-protocol/',
  'document sequences, checksums and messages that want no answer are taken',
  async () => {
    const raw = await rawConnection(fixture.uri);
    const name = freshName();
    const sequence: [string, Document[]] = ['documents', [{ _id: 1 }, { _id: 2 }]];
    expect(await raw.run(fixture.db.databaseName, { insert: name }, { sequence })).toMatchObject({ ok: 1, n: 2 });
    raw.send(fixture.db.databaseName, { insert: name, documents: [{ _id: 3 }], writeConcern: { w: 0 } }, 2);
    expect(await raw.run(fixture.db.databaseName, { count: name })).toMatchObject({ ok: 1, n: 3 });
    raw.drop();
  },
);

does(
  'reference/mongodb-wire-protocol/',
  'a connection that does not speak the protocol is closed, and only that one',
  async () => {
    const raw = await rawConnection(fixture.uri);
    await raw.breakWith(Buffer.from('GET / HTTP/1.1\r\nHost: nobody\r\n\r\n'));
    expect(await fixture.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  },
);

if (isEmbedded)
  does('reference/program/mongod/', 'a port in use is named, and every socket is closed at the end', async () => {
    const one = await startMongo();
    await expect(startMongo({ port: one.port })).rejects.toThrow(`127.0.0.1:${one.port} is in use`);
    const client = await new MongoClient(one.uri).connect();
    await client.db('a').collection('b').insertOne({});
    await one.stop();
    const again = await startMongo({ port: one.port });
    await again.stop();
    await client.close();
  });
