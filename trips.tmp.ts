import { randomUUID } from 'node:crypto';
import definition from './functions/events/user.registered.ts';
import { chooseEngines } from './local/stack/engines/engines.ts';
import { createConsumer } from './lib/consume/consume.ts';
import { connectMongo, mongoPing } from './lib/adapters/mongo/client.ts';
import { mongoRecords } from './lib/adapters/mongo/records.ts';
import { setupDatabase } from './lib/adapters/mongo/set-up.ts';
import { catalogueOf } from './lib/core/catalogue.ts';
import { encodeMessage } from './lib/core/message.ts';
import { systemClock } from './lib/wiring/clock.ts';
const engines = await chooseEngines({ mode: 'embedded' });
const mongo = connectMongo({ uri: engines.mongo.uri, database: 'trips', timeoutMs: 20000 });
(mongo.client as unknown as { monitorCommands: boolean }).monitorCommands = true;
Reflect.set(mongo.client.options, 'monitorCommands', true);
let trips: string[] = [];
mongo.client.on('commandStarted', (e) => void trips.push(e.commandName));
await setupDatabase(mongo.db, definition.collections as never);
const silent = { debug() {}, info() {}, warn(...a: unknown[]) { console.log('warn', ...a); }, error(...a: unknown[]) { console.log('error', ...a); } };
const batchOf = (n: number) => Array.from({ length: n }, () => {
  const now = new Date().toISOString();
  const id = randomUUID();
  return { messageId: id, receiptHandle: id, attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
    body: encodeMessage({ version: 1, tenant: 'local', id, source: '/s', type: definition.type, time: now, recordedtime: now, extensions: {}, fingerprint: 'A'.repeat(43), replay: 0, schema: 'x',
      data: { userId: randomUUID(), email: `${id}@example.com`, name: 'Ada' } } as never) };
});
for (const commit of ['each', 'joint'] as const) {
  const def = { ...definition, queue: { ...definition.queue, commit } };
  const consumer = createConsumer({ definition: def as never, schemaHash: catalogueOf([definition as never]).entries[0]?.schemaHash ?? '', queueUrl: 'q', deadLetterUrl: 'd', runsAtOnce: 5 }, {
    records: mongoRecords(mongo, { expireAfterDays: 45 }),
    results: { tell: async () => undefined, noteWaits: async () => undefined, voidMarks: async () => undefined, voidedMarks: async () => new Set() } as never,
    projections: { apply: async () => undefined, cutGuards: async () => undefined } as never,
    publisher: {} as never, queue: { changeVisibility: async () => new Set() } as never, setup: async () => undefined, settings: async () => ({}),
    ping: { mongodb: mongoPing(mongo), redis: async () => true }, clock: systemClock, random: Math.random, newRun: randomUUID, log: silent, metrics: { add: () => undefined },
  });
  for (let i = 0; i < 20; i++) await consumer(batchOf(10), () => 60_000);
  trips = [];
  const cpu = process.cpuUsage(); const t = performance.now();
  const N = 100; let back = 0;
  for (let i = 0; i < N; i++) back += (await consumer(batchOf(10), () => 60_000)).batchItemFailures.length;
  const used = process.cpuUsage(cpu);
  const by: Record<string, number> = {};
  for (const name of trips) by[name] = (by[name] ?? 0) + 1;
  console.log(commit, 'trips an event', trips.length / N / 10, by, 'cpu us an event', Math.round((used.user + used.system) / N / 10), 'wall ms', Math.round(performance.now() - t), 'back', back);
}
await mongo.db.dropDatabase(); await mongo.close(); await engines.stop();
