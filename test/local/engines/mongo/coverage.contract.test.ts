import { globSync, readFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { mongoApiKeys } from '../../../../lib/adapters/mongo/api-keys.ts';
import { mongoAudit } from '../../../../lib/adapters/mongo/audit.ts';
import { connectMongo, type MongoConnection, mongoPing } from '../../../../lib/adapters/mongo/client.ts';
import { mongoDesk } from '../../../../lib/adapters/mongo/desk.ts';
import { mongoFailures } from '../../../../lib/adapters/mongo/failures.ts';
import { mongoEventQueries, mongoFailureQueries } from '../../../../lib/adapters/mongo/queries.ts';
import { mongoRecords } from '../../../../lib/adapters/mongo/records.ts';
import { mongoReplayJobs } from '../../../../lib/adapters/mongo/replay-jobs.ts';
import { dropDatabase, setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import { mongoSettledRecords } from '../../../../lib/adapters/mongo/settled-records.ts';
import type { StoredKey } from '../../../../lib/core/access/key-entry.ts';
import type { Message } from '../../../../lib/core/message.ts';
import type { AuditEntry } from '../../../../lib/ports/audit.ts';
import type { FailureRecord } from '../../../../lib/ports/failures.ts';
import type { StartMark } from '../../../../lib/ports/records.ts';
import type { ReplayJob } from '../../../../lib/ports/replay-jobs.ts';
import type { Settlement } from '../../../../lib/ports/transaction.ts';
import { startMongo } from '../../../../local/engines/mongo/server.ts';
import { bulkCases } from './cases/bulk.ts';
import { type Case, worldOn } from './cases/case.ts';
import { arrayExpressionCases } from './cases/expressions-arrays.ts';
import { dateExpressionCases } from './cases/expressions-dates.ts';
import { numberExpressionCases } from './cases/expressions-numbers.ts';
import { valueExpressionCases } from './cases/expressions-values.ts';
import { findCases } from './cases/find.ts';
import { joinCases } from './cases/joins.ts';
import { queryEvaluationCases } from './cases/query-evaluation.ts';
import { queryOperatorCases } from './cases/query-operators.ts';
import { stageCases } from './cases/stages.ts';
import { updateOperatorCases } from './cases/update-operators.ts';
import { writeCases } from './cases/writes.ts';

const cases: readonly Case[] = [
  ...[...queryOperatorCases, ...queryEvaluationCases, ...findCases, ...writeCases, ...bulkCases],
  ...[...updateOperatorCases, ...stageCases, ...joinCases, ...numberExpressionCases, ...valueExpressionCases],
  ...[...arrayExpressionCases, ...dateExpressionCases],
];

/** Judged by claims that are no data: sessions, collections, indexes, commands. */
const judgedElsewhere: ReadonlySet<string> = new Set([
  ...['command abortTransaction', 'command commitTransaction', 'command endSessions', 'command collMod'],
  ...['command create', 'command drop', 'command listCollections', 'command listIndexes', 'option listIndexes.cursor'],
  ...['option listIndexes.includeBuildUUIDs', 'command hello', 'command getMore'],
  ...['command killCursors', 'command ping', 'option getMore.collection', 'option getMore.batchSize'],
  ...['option killCursors.cursors', 'option collMod.validator', 'option create.validator'],
  ...[
    'option listCollections.filter',
    'option listCollections.nameOnly',
    'option listCollections.authorizedCollections',
    'option listCollections.cursor',
  ],
  ...[
    'option index.expireAfterSeconds',
    'option index.unique',
    'option index.partialFilterExpression',
    'option hello.helloOk',
    'option any.readConcern=snapshot',
  ],
  ...['option hello.topologyVersion', 'option hello.maxAwaitTimeMS', 'option hello.client', 'option hello.compression'],
]);

/** What an engine was asked for while `work` ran. */
async function askedWhile(work: (uri: string) => Promise<void>): Promise<Set<string>> {
  const asked = new Set<string>();
  const server = await startMongo({ record: (kind, name) => asked.add(`${kind} ${name}`) });
  await work(server.uri);
  await server.stop();
  return asked;
}

async function runCases(uri: string): Promise<void> {
  const client = await new MongoClient(uri).connect();
  for (const [, , run] of cases) await run(worldOn(client, client.db('claims')));
  await client.close();
}

const message: Message = {
  ...{ version: 1, tenant: 't', id: '1', source: '/s', type: 'test.happened', time: '2026-01-01T00:00:00Z' },
  ...{ recordedtime: '2026-01-01T00:00:00.000Z', extensions: {}, data: {}, fingerprint: 'f', replay: 0, schema: 's' },
};
const attempt = { at: message.time, outcome: 'succeeded' } as const;
const settlement: Settlement = { key: 'k', message, outcome: 'succeeded', attempt };
const failure: FailureRecord = {
  ...{ _id: 'f', tenant: 't', eventKey: 'k', type: 'test.happened', cause: 'permanent', code: 'c', message: 'm' },
  ...{ group: 'g', event: '{}', data: '{}', fingerprint: 'f', replay: 0, attempts: [] },
  ...{ recordedtime: message.recordedtime, state: 'open' },
};

const replayJob: ReplayJob = {
  ...{ _id: 'j', tenant: 't', kind: 'replay', filter: {}, rate: 1, by: { key: 'k', name: 'n' }, state: 'running' },
  ...{ matched: 1, passedOver: 0, pending: [], createdtime: '2026-11-23T12:00:00.000Z' },
};

const storedKey: StoredKey = {
  ...{ id: '', hash: '', tenant: 't', scopes: ['events:write'], name: 'n', last4: 'abcd' },
  ...{ createdtime: message.recordedtime, by: { key: 'k', name: 'n' } },
};
const entry: AuditEntry = {
  ...{ at: message.recordedtime, tenant: 't', by: storedKey.by, action: 'key.created', subject: 'k', request: 'r' },
};

/** Every function of the adapters that handlers and Sluice's own functions use, on the paths that ask for other things. */
async function useAdapters(connection: MongoConnection): Promise<void> {
  const declared = { items: { unique: [['part']], indexes: [['-at']], expire: { field: 'gone', afterSeconds: 1 } } };
  await setupDatabase(connection.db, declared);
  await setupDatabase(connection.db, declared);
  await mongoPing(connection)();
  const records = mongoRecords(connection, { expireAfterDays: 45 });
  const mark: StartMark = {
    key: 'k',
    message,
    run: 'r',
    at: new Date(),
    alone: true,
    died: [],
    crashes: [],
    suspect: true,
  };
  await records.mark([mark]);
  await records.mark([{ ...mark, run: 'q', died: ['r'], crashes: [attempt] }]);
  await records.recordAttempt('k', message, attempt, new Date(), { run: 'q', known: { attempts: [attempt] } });
  const known = (await records.find(['k'])).get('k');
  await records.recordReturn('k', message, { dueAt: new Date(), dueFor: 'closed' }, { run: 'q', known });
  await records.countReturn('k', message, 'q');
  await records.withdraw([{ key: 'k', run: 'q' }]);
  await records.find(['k']);

  const transaction = records.begin('t', () => 5000);
  const items = transaction.collection<{ part: string; n: number; tags?: number[] }>('items');
  await items.insertOne({ part: 'a', n: 1 });
  await items.insertMany([{ part: 'b', n: 1, tags: [1, 5] }]);
  await items.findOne({ part: 'a' }, { projection: { n: 1 } });
  await items.find({ n: { $gte: 0 } }, { sort: { n: -1 }, skip: 1, limit: 5, hint: { tenant: 1, part: 1 } });
  await items.updateOne({ part: 'c' }, { $inc: { n: 1 } }, { upsert: true });
  await items
    .updateMany({}, { $set: { 'tags.$[big]': 0 } }, { arrayFilters: [{ big: { $gt: 3 } }] })
    .catch(() => undefined);
  await transaction.abort();

  const second = records.begin('t', () => 5000);
  const more = second.collection<{ part: string; n: number }>('items');
  await more.replaceOne({ part: 'r' }, { part: 'r', n: 1 }, { upsert: true });
  await more.updateOne({ part: 'r' }, [{ $set: { n: { $add: ['$n', 1] } } }]);
  await more.findOneAndUpdate({ part: 'r' }, { $inc: { n: 1 } }, { returnDocument: 'after', sort: { n: 1 } });
  await more.deleteOne({ part: 'z' });
  await more.deleteMany({ part: 'z' });
  await more.countDocuments({});
  await more.distinct('part', {});
  await more.aggregate([{ $group: { _id: null, n: { $sum: '$n' } } }], { let: { x: 1 } });
  await more.bulkWrite([{ insertOne: { document: { part: 's', n: 1 } } }, { deleteOne: { filter: { part: 's' } } }]);
  await second.settle([settlement, { ...settlement, key: 'l', result: '1' }]);
  await records.markProjected(['k']);
  await records.fail('m', message, [attempt], { cause: 'permanent', code: 'c', message: 'm', group: 'g' });
  await mongoFailures(connection).record('m', () => ({
    failure,
    closes: { key: 'm', message, attempts: [attempt], attempted: 1 },
  }));

  const page = { limit: 1, since: '2026', until: '2027', type: message.type };
  const settled = await mongoEventQueries(connection).listSettled(
    { tenant: 't' },
    { limit: 1, type: message.type },
    Date.now(),
  );
  await mongoEventQueries(connection).listSettled(
    { tenant: 't' },
    { limit: 1, since: '2026', cursor: settled.next },
    0,
  );
  const { next } = await mongoEventQueries(connection).list({ tenant: 't' }, { ...page, status: 'retrying' });
  await mongoEventQueries(connection).list({ tenant: 't' }, { limit: 1, ...(next !== null && { cursor: next }) });
  await mongoEventQueries(connection).get({ tenant: 't' }, 'k');
  await mongoFailureQueries(connection).listFailures(
    { tenants: ['t', null] },
    { ...page, status: ['open'], cause: 'permanent' },
  );
  const groups = await mongoFailureQueries(connection).groupFailures({ tenants: ['t'] }, page);
  await mongoFailureQueries(connection).groupFailures({ tenants: ['t'] }, { limit: 1, cursor: groups.next ?? 'MSBn' });
  await mongoFailureQueries(connection).getFailure({ tenants: ['t'] }, 'f');

  const desk = mongoDesk(connection, { expireAfterDays: 45 });
  await desk.change({ tenants: ['t'] }, 'f', () => ({
    change: { kind: 'discard', reason: 'r', at: new Date() },
    audit: entry,
  }));
  const rebuilt = mongoSettledRecords(connection);
  for await (const _ of rebuilt.pages()) await rebuilt.projected(['k']);
  const jobs = mongoReplayJobs(connection, { expireAfterDays: 45 });
  await jobs.create({ ...replayJob, pending: ['f'] }, entry);
  await jobs.create({ ...replayJob, _id: 'j-2' }, entry);
  await jobs.sample({ tenants: ['t'] }, { ids: ['f'], status: ['open'] }, 1);
  await jobs.running('t');
  await jobs.lastTaken('t');
  await jobs.list({ tenants: ['t'] }, { limit: 1 });
  await jobs.outcomes([{ ...replayJob, pending: ['f'] }]);
  await jobs.hasReplayed(replayJob, 'f');
  await jobs.count({ tenants: ['t'] }, {});
  const taken = await jobs.take({ ...replayJob, pending: ['f'] }, { ids: [], cursor: 'c', at: new Date() });
  if (taken) await jobs.tell(taken, { passedOver: 1, pending: [] });
  if (taken) await jobs.end(taken);
  await jobs.next(replayJob, 1);
  await jobs.cancel('j', { tenants: ['t'] }, () => entry);

  const keys = mongoApiKeys(connection);
  const one = '0'.repeat(36);
  for (const id of [one, '1'.repeat(36)]) await keys.create({ key: { ...storedKey, id, hash: id }, audit: entry });
  await keys.byHash(one);
  await keys.change({ tenant: 't' }, one, ({ key }) => ({ key: { ...key, revoked: key.createdtime }, audit: entry }));
  const newest = await keys.list('all tenants', { limit: 1 });
  await keys.list({ tenant: 't' }, { limit: 1, cursor: newest.next ?? '' });
  await keys.used([one], message.recordedtime);
  await keys.heard(one, one);
  await keys.putTenant('t', (tenant) => ({ tenant: { ...tenant, disabled: true }, audit: entry }));
  const written = await mongoAudit(connection).list({ tenants: 'all' }, { limit: 1, since: '2025', until: '2027' });
  const bound = { types: [message.type], sources: ['/s'] };
  const all = { limit: 1, by: 'k', action: 'key.created', cursor: written.next ?? '' } as const;
  await mongoAudit(connection).list({ tenants: ['t', null], ...bound }, all);
  await dropDatabase(connection.db, declared);
}

const covered = await askedWhile(runCases);

/** Commands by which lib/adapters/mongo reads. */
const reads = new Set(['find', 'aggregate', 'distinct']);
const readsSeen = new Set<string>();

test('entry 15: what the adapters ask of MongoDB, with its options, is in the contract suite; every read has a time on the server below its budget', async () => {
  const unbounded: string[] = [];
  const asked = await askedWhile(async (uri) => {
    const watched = `${uri}${uri.includes('?') ? '&' : '?'}monitorCommands=true`;
    const connection = connectMongo({ uri: watched, database: 'adapters', timeoutMs: 60_000 });
    connection.client.on('commandStarted', ({ commandName, command }) => {
      if (reads.has(commandName)) readsSeen.add(commandName);
      if (reads.has(commandName) && !(command.maxTimeMS > 0 && command.maxTimeMS < 60_000)) unbounded.push(commandName);
    });
    await useAdapters(connection);
    await connection.close();
  });
  expect(readsSeen).toEqual(reads);
  // What was given up would go on in MongoDB.
  expect(unbounded).toEqual([]);
  expect([...asked]).toEqual(
    expect.arrayContaining([
      ...['command findAndModify', 'update $setOnInsert', 'accumulator $top', 'keyword required', 'query $exists'],
      ...['option update.upsert', 'option any.readConcern=linearizable', 'option any.writeConcern=majority'],
    ]),
  );
  expect([...asked].filter((one) => !covered.has(one) && !judgedElsewhere.has(one))).toEqual([]);
});

test('every operator that the adapters and the event files write down is in the contract suite', () => {
  const sources = globSync(['lib/adapters/mongo/*.ts', 'functions/**/*.ts'], {
    cwd: new URL('../../../../', import.meta.url).pathname,
  });
  const written = sources.flatMap(
    (path) =>
      readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8').match(/(?<=[{,]\s*)\$[a-z]\w*(?=:)/gi) ??
      [],
  );
  const names = new Set([...covered].map((one) => one.split(' ')[1]));
  expect(written.length).toBeGreaterThan(20);
  expect([...new Set(written)].filter((operator) => !names.has(operator))).toEqual([]);
});
