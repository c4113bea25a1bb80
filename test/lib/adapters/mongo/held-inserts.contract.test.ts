import { randomUUID } from 'node:crypto';
import { type CommandStartedEvent, Db, type Document } from 'mongodb';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';
import { createHeldInserts } from '../../../../lib/adapters/mongo/held-inserts.ts';
import { settlementUpdate } from '../../../../lib/adapters/mongo/record-updates.ts';
import { setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import { beginTransaction } from '../../../../lib/adapters/mongo/transaction.ts';
import { writeTogether } from '../../../../lib/adapters/mongo/write-together.ts';
import type { Settlement } from '../../../../lib/ports/transaction.ts';
import { testEngines } from '../../../support/engines.ts';
import { prepareDelivery } from '../../../support/prepare-delivery.ts';

const engines = await testEngines();
const database = `test-${randomUUID().slice(0, 8)}`;
const direct = connectMongo({ uri: engines.mongoUri, database, timeoutMs: 60_000 });
await setupDatabase(direct.db, { kept: { unique: [['name']] }, other: {} });
const watched = new URL(engines.mongoUri);
watched.searchParams.set('monitorCommands', 'true');
const connection = connectMongo({ uri: watched.href, database, timeoutMs: 60_000 });
afterAll(async () => {
  await direct.db.dropDatabase();
  await Promise.all([direct.close(), connection.close()]);
  await engines.stop();
});

const sent: string[] = [];
beforeEach(() => void sent.splice(0));

/** `find kept`; of a command that writes to several collections how often it does what: `insert kept 2, update events 1`. */
connection.client.on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
  if (commandName !== 'bulkWrite') sent.push(`${commandName} ${command[commandName]}`);
  else {
    const names = command.ops.map((op: Document) => {
      const [[kind, place] = []] = Object.entries(op);
      return `${kind} ${command.nsInfo[place].ns.split('.')[1]}`;
    });
    sent.push([...Map.groupBy(names, (name) => name)].map(([name, all]) => `${name} ${all.length}`).join(', '));
  }
});
const COMMIT = 'commitTransaction 1';

let tenants = 0;
function transaction({ held = true } = {}) {
  const tenant = `t-${tenants++}`;
  const begun = beginTransaction(connection, tenant, 45, () => 60_000, held ? 'held-back' : undefined);
  const at = new Date().toISOString();
  const settlementOf = (id: string): Settlement => {
    const { key, message } = prepareDelivery({ tenant, id });
    return { key, message, outcome: 'succeeded', attempt: { at, outcome: 'succeeded' }, unrecorded: true };
  };
  const settle = (...ids: string[]) => begun.settle((ids.length > 0 ? ids : [tenant]).map(settlementOf));
  const kept = (): Promise<Document[]> => direct.db.collection('kept').find({ tenant }).toArray();
  return { begun, settle, settlementOf, kept, of: (name: string) => begun.collection(name) };
}

describe('inserts that are held back (protocol: held-back-inserts)', () => {
  test('are as many as there is room for, and again when they have gone out', async () => {
    const held = createHeldInserts();
    const many = () => Array.from({ length: 120_000 }, (_, n) => ({ n }));
    const large = () => [{ large: 'x'.repeat(9 * 1024 * 1024) }];
    await held.hold('other', () => [{ n: 0 }]);
    await held.hold('other', many);
    expect(held.hold('other', large)).toBe(undefined);
    expect(held.take('other')).toHaveLength(120_001);
    await held.hold('other', large);
    expect(held.take()).toHaveLength(1);
    expect(held.take()).toEqual([]);
  });

  test('go out at the end, with the records in one command, in the order of their collection', async () => {
    const { of, settle, kept, begun } = transaction();
    await of('kept').insertOne({ name: 'a' });
    await of('other').insertOne({ n: 1 });
    await of('kept').insertMany([{ name: 'b' }, { name: 'c' }]);
    expect([sent, begun.writes]).toEqual([[], 3]);
    expect(await settle()).toBe('settled');
    expect(sent).toEqual(['insert kept 3, insert other 1, update events 1', COMMIT]);
    expect((await kept()).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('go out before what must be answered, which sees them', async () => {
    const { of, settle } = transaction();
    await of('kept').insertOne({ name: 'a' });
    expect(await of('kept').countDocuments({})).toBe(1);
    await of('kept').updateOne({ name: 'a' }, { $set: { seen: true } });
    await of('kept').insertOne({ name: 'b' });
    expect(await of('kept').findOne({ name: 'a' })).toEqual({ name: 'a', seen: true });
    expect(sent).toEqual(['insert kept 1', 'aggregate kept', 'update kept', 'insert kept 1', 'find kept']);
    expect(await settle()).toBe('settled');
  });

  test('stay where another collection is asked, of which they are no part', async () => {
    const { of, settle, kept } = transaction();
    await of('kept').insertOne({ name: 'a' });
    await of('other').updateOne({ n: 1 }, { $inc: { n: 1 } });
    await of('kept').insertOne({ name: 'b' });
    expect(sent).toEqual(['update other']);
    expect(await settle()).toBe('settled');
    expect(sent.slice(1)).toEqual(['insert kept 2, update events 1', COMMIT]);
    expect(await kept()).toHaveLength(2);
  });

  test('never overtake what is under way', async () => {
    const { of, settle, kept } = transaction();
    await of('kept').insertOne({ name: 'a' });
    void of('kept').updateMany({}, { $set: { asked: true } });
    void of('kept').updateMany({}, { $set: { old: true } });
    await of('kept').insertOne({ name: 'b' });
    expect(await settle()).toBe('settled');
    expect((await kept()).map(({ name, old }) => [name, old])).toEqual([
      ['a', true],
      ['b', undefined],
    ]);
  });

  test('leave nothing when the transaction is aborted', async () => {
    const { of, begun, kept } = transaction();
    await of('kept').insertOne({ name: 'a' });
    await begun.abort();
    expect([sent, await kept()]).toEqual([[], []]);
    await expect(of('kept').insertOne({ name: 'b' })).rejects.toMatchObject({ code: 'transaction-over' });
  });

  test('one that fails ends the transaction; who waits for another answer hears no more than that', async () => {
    const { of, begun, settle, kept } = transaction();
    for (let twice = 0; twice < 2; twice++) await of('kept').insertOne({ name: 'same' });
    for (const _ of [1, 2])
      await expect(of('kept').findOne({})).rejects.toMatchObject({
        code: 'transaction-over',
        cause: { code: 'duplicate-key' },
      });
    expect(begun.failure).toMatchObject({ code: 'transaction-over' });
    await expect(settle()).rejects.toMatchObject({ code: 'transaction-over' });
    expect(await kept()).toEqual([]);
  });

  test('one that fails at the end settles nothing', async () => {
    const { of, settle, kept } = transaction();
    for (let twice = 0; twice < 2; twice++) await of('kept').insertOne({ name: 'same' });
    await expect(settle()).rejects.toMatchObject({ code: 'duplicate-key' });
    expect(await kept()).toEqual([]);
  });

  test('what is misused is refused at once, and harms nothing', async () => {
    const { of, settle, kept } = transaction();
    await of('kept').insertOne({ name: 'a' });
    await expect(of('kept').insertOne({ _id: 1, name: 'b' })).rejects.toMatchObject({ code: 'collection-misused' });
    expect(await settle()).toBe('settled');
    expect(await kept()).toHaveLength(1);
  });

  test('what would be over 16 MB is sent, behind what was held back', async () => {
    const { of, settle, kept } = transaction();
    const large = 'x'.repeat(9 * 1024 * 1024);
    await of('kept').insertOne({ name: 'a', large });
    expect(sent).toEqual([]);
    await of('kept').insertOne({ name: 'b', large });
    expect(sent).toEqual(['insert kept 1', 'insert kept']);
    expect(await settle()).toBe('settled');
    expect((await kept()).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('more than 100,000 go out in several commands, however small they are', async () => {
    const command = vi.spyOn(Db.prototype, 'command').mockResolvedValue({ nErrors: 0 });
    const writes = Array.from({ length: 100_001 }, () => ({ to: 'other', operation: { insert: {} }, bytes: 1 }));
    const session = connection.client.startSession();
    await writeTogether({ client: connection.client, database }, writes, session);
    const sizes = command.mock.calls.map(([{ ops }]) => ops.length);
    command.mockRestore();
    await session.endSession();
    expect(sizes).toEqual([100_000, 1]);
  });

  test('take of the time of the operation that they go out before', async () => {
    const given: number[] = [];
    const hear = ({ command }: CommandStartedEvent) => void given.push(command.maxTimeMS);
    connection.client.on('commandStarted', hear);
    let leftMs = 80_000;
    const begun = beginTransaction(connection, 'short', 45, () => (leftMs /= 2), 'held-back');
    await begun.collection('other').insertOne({ n: 1 });
    await begun.collection('other').findOne({});
    connection.client.off('commandStarted', hear);
    await begun.abort();
    expect(given).toEqual([36_000, 18_000]);
  });

  test('a document that is itself too large is an error of its own insert', async () => {
    const { of, begun } = transaction();
    await expect(of('kept').insertOne({ name: 'a', large: 'x'.repeat(17 * 1024 * 1024) })).rejects.toThrow();
    await begun.abort();
  });

  test('in a run of its own each insert is sent and answered', async () => {
    const { of, settle } = transaction({ held: false });
    await of('kept').insertOne({ name: 'a' });
    await expect(of('kept').insertOne({ name: 'a' })).rejects.toMatchObject({ code: 'duplicate-key' });
    expect(sent).toEqual(['insert kept', 'insert kept']);
    await expect(settle()).rejects.toMatchObject({ code: 'duplicate-key' });
  });
});

describe('records that settle together (protocol: one-condition)', () => {
  const recordsOf = (tenant: string): Promise<Document[]> =>
    direct.db
      .collection('events')
      .find({ tenant }, { sort: { id: 1 } })
      .toArray();

  test('are inserted where nobody found one, and are what the condition would have made of them', async () => {
    const { begun, settle, settlementOf } = transaction();
    expect(await settle('a', 'b')).toBe('settled');
    expect(sent).toEqual(['insert events 2', COMMIT]);
    const { message } = settlementOf('a');
    const inserted = await recordsOf(message.tenant);
    await direct.events.deleteMany({ tenant: message.tenant });
    for (const id of ['a', 'b']) {
      const { filter, update } = settlementUpdate(settlementOf(id), 45);
      await direct.events.updateOne(filter, update, { upsert: true });
    }
    expect(await recordsOf(message.tenant)).toEqual(inserted);
    expect(inserted).toHaveLength(2);
    await begun.abort();
  });

  test('one that stands by now refuses all of them, and nothing of the transaction stays', async () => {
    const { of, settle, settlementOf, kept } = transaction();
    const { filter, update } = settlementUpdate(settlementOf('b'), 45);
    await direct.events.updateOne(filter, update, { upsert: true });
    await of('kept').insertOne({ name: 'a' });
    expect(await settle('a', 'b')).toBe('refused');
    expect(await recordsOf(settlementOf('a').message.tenant)).toHaveLength(1);
    expect(await kept()).toEqual([]);
  });

  test('one that another run is writing is a conflict', async () => {
    const { settle, settlementOf } = transaction();
    const { filter, update } = settlementUpdate(settlementOf('b'), 45);
    await direct.client.withSession(async (session) => {
      session.startTransaction();
      await direct.events.updateOne(filter, update, { upsert: true, session });
      expect(await settle('a', 'b')).toBe('conflict');
      await session.abortTransaction();
    });
    expect(await recordsOf(settlementOf('a').message.tenant)).toEqual([]);
  });

  test('go out in as many commands as 16 MB ask for', async () => {
    const { begun, settlementOf } = transaction();
    const data = { large: 'x'.repeat(6 * 1024 * 1024) };
    const all = ['a', 'b', 'c'].map(settlementOf).map((one) => ({ ...one, message: { ...one.message, data } }));
    expect(await begun.settle(all)).toBe('settled');
    expect(sent).toEqual(['insert events 2', 'insert events 1', COMMIT]);
  });
});
