import { type Document, Long } from 'mongodb';
import { expect } from 'vitest';
import { setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import { claims } from '../../../support/claims/claim.ts';
import { rawConnection } from './raw.ts';
import { collectionOf, errorOf, freshName, mongo } from './support.ts';

const { does } = claims('mongo', 'collections and validators');
const fixture = mongo();

const validator = {
  $jsonSchema: {
    bsonType: 'object',
    required: ['name'],
    properties: { name: { bsonType: 'string' }, kind: { enum: ['a', 'b'] } },
  },
};

does(
  'core/schema-validation/',
  'a validator refuses what does not fit, on insert, update and replacement',
  async () => {
    const collection = await fixture.db.createCollection<Document>(freshName(), { validator });
    await collection.insertOne({ name: 'x', kind: 'a' });
    for (const wrong of [{ name: 1 }, { kind: 'a' }, { name: 'x', kind: 'c' }])
      expect((await errorOf(collection.insertOne(wrong))).code).toBe(121);
    expect((await errorOf(collection.updateOne({}, { $set: { kind: 'z' } }))).code).toBe(121);
    expect((await errorOf(collection.replaceOne({}, { kind: 'a' }))).code).toBe(121);
    expect((await errorOf(collection.findOneAndUpdate({}, { $unset: { name: '' } }))).code).toBe(121);
    expect(await collection.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ name: 'x', kind: 'a' }]);
  },
);

does('core/schema-validation/bypass-document-validation/', 'bypassDocumentValidation lets it pass', async () => {
  const collection = await fixture.db.createCollection<Document>(freshName(), { validator });
  await collection.insertOne({ kind: 'c' }, { bypassDocumentValidation: true });
  await collection.updateOne({}, { $set: { kind: 'd' } }, { bypassDocumentValidation: true });
  expect(await collection.countDocuments()).toBe(1);
});

does('core/schema-validation/specify-query-expression-rules/', 'a validator may be a query', async () => {
  const rule = { $expr: { $lt: ['$from', '$to'] } };
  const collection = await fixture.db.createCollection<Document>(freshName(), { validator: rule });
  await collection.insertOne({ from: 1, to: 2 });
  expect((await errorOf(collection.insertOne({ from: 3, to: 2 }))).code).toBe(121);
});

does(
  'core/schema-validation/specify-validation-level/',
  'validationLevel moderate leaves alone what did not fit before, off checks nothing',
  async () => {
    const collection = await collectionOf(fixture);
    await collection.insertOne({ kind: 'old' });
    await fixture.db.command({ collMod: collection.collectionName, validator, validationLevel: 'moderate' });
    await collection.updateOne({ kind: 'old' }, { $set: { more: 1 } });
    expect((await errorOf(collection.insertOne({ kind: 'new' }))).code).toBe(121);
    await fixture.db.command({ collMod: collection.collectionName, validationLevel: 'off' });
    await collection.insertOne({ kind: 'new' });
    const [listed] = await fixture.db.listCollections({ name: collection.collectionName }).toArray();
    expect(listed).toMatchObject({ type: 'collection', options: { validationLevel: 'off' } });
    expect(await fixture.db.listCollections({ name: 'none' }).toArray()).toEqual([]);
  },
);

does('core/schema-validation/handle-invalid-documents/', 'validationAction warn lets it pass', async () => {
  const collection = await fixture.db.createCollection<Document>(freshName(), { validator, validationAction: 'warn' });
  await collection.insertOne({ kind: 'z' });
  expect(await collection.countDocuments()).toBe(1);
});

does('reference/command/collMod/', 'what db:setup creates, it can set up again', async () => {
  const declarations = {
    things: { unique: [['part']], indexes: [['-at']], expire: { field: 'gone', afterSeconds: 5 } },
  };
  const db = fixture.client.db(`${fixture.db.databaseName}-setup`);
  const first = await setupDatabase(db, declarations);
  const second = await setupDatabase(db, declarations);
  expect(second).toEqual(first.map((row) => ({ ...row, created: false, made: [] })));
  const keys = (await db.collection('things').indexes()).map(({ key }) => key);
  expect(keys).toHaveLength(4);
  expect(keys).toEqual(expect.arrayContaining([{ tenant: 1, part: 1 }, { tenant: 1, at: -1 }, { gone: 1 }]));
  await db.dropDatabase();
});

does('reference/command/create/', 'creating a collection again is no error, with other options it is', async () => {
  const name = freshName();
  await fixture.db.createCollection(name);
  await fixture.db.createCollection(name);
  expect((await errorOf(fixture.db.createCollection(name, { validator }))).code).toBe(48);
  expect((await errorOf(fixture.db.createCollection('a$b'))).code).toBe(73);
});

does('reference/command/drop/', 'dropping a collection takes its documents and indexes; none is no error', async () => {
  const collection = await collectionOf(fixture, { a: 1 });
  await collection.createIndex({ a: 1 });
  await collection.drop();
  expect(await collection.countDocuments()).toBe(0);
  await collection.insertOne({ a: 2 });
  expect(await collection.indexes()).toHaveLength(1);
  await collection.drop();
  await collection.drop();
});

does(
  'reference/command/listDatabases/',
  'listDatabases and listCollections name what is there; dropDatabase takes all',
  async () => {
    const db = fixture.client.db(`${fixture.db.databaseName}-listed`);
    await db.collection('one').insertOne({});
    await db.collection('two').insertOne({});
    expect((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort()).toEqual([
      'one',
      'two',
    ]);
    const named = async () =>
      (await fixture.client.db().admin().listDatabases({ nameOnly: true })).databases.map(({ name }) => name);
    expect(await named()).toContain(db.databaseName);
    await db.dropDatabase();
    expect(await named()).not.toContain(db.databaseName);
  },
);

does('reference/command/listDatabases/', 'admin, config and local are on every server', async () => {
  const { databases } = await fixture.client.db().admin().listDatabases({ nameOnly: true });
  const names = databases.map(({ name }) => name);
  expect(['admin', 'config', 'local'].filter((name) => !names.includes(name))).toEqual([]);
});

does('reference/limits/#naming-restrictions', 'a namespace has at most 255 bytes', async () => {
  const longest = 'é'.padEnd(252 - fixture.db.databaseName.length + 1, 'x');
  await fixture.db.collection(longest).insertOne({});
  const longer = fixture.db.collection(`${longest}x`);
  for (const write of [longer.insertOne({}), fixture.db.createCollection(longer.collectionName)])
    expect((await errorOf(write)).code).toBe(73);
});

does(
  'reference/limits/#naming-restrictions',
  'a database has no spaces, dots or zeros, wherever it is named',
  async () => {
    const raw = await rawConnection(fixture.uri);
    const { databaseName } = fixture.db;
    for (const database of [`${databaseName} and more`, `${databaseName}\0`, '', 'x'.repeat(64)]) {
      const ns = `${database}.c`;
      const ops = [{ insert: 0, document: { _id: 1 } }];
      expect(await raw.run('admin', { bulkWrite: 1, ops, nsInfo: [{ ns }] })).toMatchObject({ ok: 0, code: 73 });
      expect(await raw.run('admin', { renameCollection: ns, to: `${databaseName}.c` })).toMatchObject({
        ok: 0,
        code: 73,
      });
      expect(await raw.run(database, { ping: 1 })).toMatchObject({ ok: 0, code: 73 });
    }
    raw.drop();
  },
);

does('core/document/', 'what is stored comes back as it was sent', async () => {
  const collection = fixture.db.collection<Document>(freshName(), { promoteLongs: false });
  const document = {
    _id: 'id' as never,
    i: 1,
    d: 1.5,
    big: 2 ** 40,
    l: Long.fromString('9007199254740993'),
    s: 'a\0\u{1f600}\ufffe',
    n: null,
    at: new Date(5),
    list: [[], [1]],
    deep: { a: { b: {} } },
    '': 'empty name',
  };
  await collection.insertOne(document);
  expect(await collection.findOne()).toEqual(document);
});

does(
  'reference/limits/#bson-documents',
  'a document over 16 MB is an error, also when an update makes it so',
  async () => {
    const collection = fixture.db.collection<Document>(freshName());
    const text = 'x'.repeat(9 * 2 ** 20);
    await collection.insertOne({ _id: 1 as never, text });
    expect((await errorOf(collection.updateOne({}, { $set: { more: text } }))).code).toBeOneOf([10334, 17419]);
    const raw = await rawConnection(fixture.uri);
    const insert = { insert: collection.collectionName, documents: [{ text: 'x'.repeat(16 * 2 ** 20 + 100_000) }] };
    expect(await raw.run(fixture.db.databaseName, insert)).not.toMatchObject({ ok: 1, n: 1 });
    expect(await collection.countDocuments()).toBe(1);
    raw.drop();
  },
);
