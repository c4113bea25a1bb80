import { randomUUID } from 'node:crypto';
import type { Collection, Document } from 'mongodb';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { connectMongo, type MongoConnection } from '../../../../lib/adapters/mongo/client.ts';
import { createHeldInserts } from '../../../../lib/adapters/mongo/held-inserts.ts';
import { setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import { beginTransaction } from '../../../../lib/adapters/mongo/transaction.ts';
import { testEngines } from '../../../support/engines.ts';
import { prepareDelivery } from '../../../support/prepare-delivery.ts';

const engines = await testEngines();
const direct = connectMongo({ uri: engines.mongoUri, database: `test-${randomUUID().slice(0, 8)}`, timeoutMs: 60_000 });
await setupDatabase(direct.db, { kept: { unique: [['name']] }, other: {} });
afterAll(async () => {
  await direct.db.dropDatabase();
  await direct.close();
  await engines.stop();
});

const sent: string[] = [];
beforeEach(() => void sent.splice(0));

/** Notes what is sent to collections, with how many documents where that is said. */
const noted = (target: Collection): Collection =>
  new Proxy(target, {
    get: (of, name) => {
      const member: unknown = Reflect.get(of, name, of);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        const [first] = given;
        sent.push(`${of.collectionName}.${String(name)}${Array.isArray(first) ? ` ${first.length}` : ''}`);
        return Reflect.apply(member, of, given);
      };
    },
  });
const connection: MongoConnection = {
  ...direct,
  db: new Proxy(direct.db, {
    get: (target, name) =>
      name === 'collection' ? (of: string) => noted(target.collection(of)) : Reflect.get(target, name, target),
  }),
};

let tenants = 0;
function transaction({ held = true } = {}) {
  const tenant = `t-${tenants++}`;
  const begun = beginTransaction(connection, tenant, 45, () => 60_000, held ? 'held-back' : undefined);
  const { key, message } = prepareDelivery({ tenant, id: tenant });
  const settle = () => {
    const at = new Date().toISOString();
    return begun.settle([{ key, message, outcome: 'succeeded', attempt: { at, outcome: 'succeeded' } }]);
  };
  const kept = (): Promise<Document[]> => direct.db.collection('kept').find({ tenant }).toArray();
  return { begun, settle, kept, of: (name: string) => begun.collection(name) };
}

describe('inserts that are held back (protocol: held-back-inserts)', () => {
  test('are as many as there is room for, and go out together', async () => {
    const held = createHeldInserts();
    const many = () => Array.from({ length: 150_000 }, (_, n) => ({ n }));
    const target = direct.db.collection('other');
    await held.hold(target, many);
    await held.hold(target, many);
    const counts: number[] = [];
    await held.send(async (_, documents) => counts.push(documents.length));
    expect(counts).toEqual([300_000]);
  });

  test('go out at the end, one command for each collection, in the order of their collection', async () => {
    const { of, settle, kept, begun } = transaction();
    await of('kept').insertOne({ name: 'a' });
    await of('other').insertOne({ n: 1 });
    await of('kept').insertMany([{ name: 'b' }, { name: 'c' }]);
    expect([sent, begun.writes]).toEqual([[], 3]);
    expect(await settle()).toBe('settled');
    expect(sent).toEqual(['kept.insertMany 3', 'other.insertMany 1']);
    expect((await kept()).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('go out before what must be answered, which sees them', async () => {
    const { of, settle } = transaction();
    await of('kept').insertOne({ name: 'a' });
    expect(await of('kept').countDocuments({})).toBe(1);
    await of('kept').updateOne({ name: 'a' }, { $set: { seen: true } });
    await of('kept').insertOne({ name: 'b' });
    expect(await of('kept').findOne({ name: 'a' })).toEqual({ name: 'a', seen: true });
    expect(sent).toEqual([
      'kept.insertMany 1',
      'kept.countDocuments',
      'kept.updateOne',
      'kept.insertMany 1',
      'kept.findOne',
    ]);
    expect(await settle()).toBe('settled');
  });

  test('never overtake what is under way', async () => {
    const { of, settle, kept } = transaction();
    await of('kept').insertOne({ name: 'a' });
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

  test('one that fails ends the transaction; who waits for something else hears no more than that', async () => {
    const { of, begun, settle, kept } = transaction();
    for (let twice = 0; twice < 2; twice++) await of('kept').insertOne({ name: 'same' });
    for (const _ of [1, 2])
      await expect(begun.collection('other').findOne({})).rejects.toMatchObject({
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
    await expect(settle()).rejects.toMatchObject({ cause: { code: 'duplicate-key' } });
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
    expect(sent).toEqual(['kept.insertMany 1', 'kept.insertOne']);
    expect(await settle()).toBe('settled');
    expect((await kept()).map(({ name }) => name)).toEqual(['a', 'b']);
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
    expect(sent).toEqual(['kept.insertOne', 'kept.insertOne']);
    await expect(settle()).rejects.toMatchObject({ code: 'duplicate-key' });
  });
});
