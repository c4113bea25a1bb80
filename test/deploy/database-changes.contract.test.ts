import { MongoClient, MongoServerError } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseCommand, runDatabaseCommand } from '../../deploy/database.ts';
import { planDatabase } from '../../lib/adapters/mongo/schema.ts';
import type { CollectionDeclaration } from '../../lib/sdk/declarations.ts';
import { type TestEngines, testEngines } from '../support/engines.ts';

const database = `changes-${process.pid}`;
const day = 86_400;

/** Entry 38: db:setup could not make the changes of a declaration that it is documented for. */
describe('entry 38: db:setup after a change of a declaration', () => {
  let engines: TestEngines;
  let client: MongoClient;
  beforeAll(async () => {
    engines = await testEngines();
    client = new MongoClient(engines.mongoUri);
  });
  afterEach(() => client.db(database).dropDatabase());
  afterAll(async () => {
    await client.close();
    await engines.stop();
  });
  const members = () => client.db(database).collection('members');
  const setUp = (declaration: CollectionDeclaration, more: Partial<DatabaseCommand> = {}) =>
    runDatabaseCommand(
      { action: 'setup', ...more },
      { STAGE: 'local', MONGODB_URI: engines.mongoUri, MONGODB_DATABASE: database },
      { members: declaration },
    );
  /** What MongoDB has, in our words, without `_id`. */
  const indexes = async () =>
    (await members().indexes())
      .filter(({ name }) => name !== '_id_')
      .map(({ key, unique, expireAfterSeconds }) =>
        [
          Object.keys(key).join(),
          ...(unique ? ['unique'] : []),
          ...(expireAfterSeconds ? [expireAfterSeconds] : []),
        ].join(' '),
      )
      .toSorted();
  const user = (email: string, more = {}) => members().insertOne({ tenant: 'one', email, ...more });

  it('takes another time of expiry', async () => {
    await setUp({ expire: { field: 'at', afterSeconds: day } });
    await user('a', { at: new Date() });
    await user('b', { at: 'no date' });
    expect(await setUp({ expire: { field: 'at', afterSeconds: 7 * day } })).toContain('changed: at_1');
    expect(await indexes()).toEqual([`at ${7 * day}`]);
    expect(await members().countDocuments()).toBe(2);
  });

  it('adds, and takes out only with a word, an expiry and an index', async () => {
    await setUp({});
    await user('a', { at: new Date() });
    const all = { indexes: [['-at']], expire: { field: 'at', afterSeconds: day } };
    expect(await setUp(all)).toContain('made: tenant_1_at_-1, at_1');
    expect(await setUp({})).toContain('nothing declares members.tenant_1_at_-1, members.at_1 any more');
    expect(await indexes()).toEqual([`at ${day}`, 'tenant,at']);
    expect(await setUp({}, { dropUnused: true })).toContain('dropped: tenant_1_at_-1, at_1');
    expect(await indexes()).toEqual([]);
  });

  it('makes an index unique where all documents fit', async () => {
    await setUp({ indexes: [['email']] });
    await user('a');
    await user('b');
    await members().insertOne({ tenant: 'other', email: 'a' });
    expect(await setUp({ unique: [['email']] })).toMatch(/made: tenant_1_email_1_unique; dropped: tenant_1_email_1$/m);
    expect(await indexes()).toEqual(['tenant,email unique']);
    await expect(user('a')).rejects.toThrow(MongoServerError);
    expect(await setUp({ unique: [['email']] })).not.toMatch(/made|dropped/);
  });

  it('names documents that share what is to be unique, in one line without their values, and changes nothing', async () => {
    await setUp({ indexes: [['email']] });
    const { insertedId: first } = await user('ada@example.com');
    const { insertedId: last } = await user('ada@example.com');
    await user('b');
    const refused = setUp({ unique: [['email']] });
    await expect(refused).rejects.toMatchObject({ code: 'not-unique' });
    await expect(refused).rejects.toThrow(
      new RegExp(`^members cannot be unique by \\(tenant, email\\): [^\\n]*${first} and ${last}; [^\\n]+$`),
    );
    await expect(refused).rejects.not.toThrow('ada@');
    expect(await indexes()).toEqual(['tenant,email']);
    expect(await members().countDocuments()).toBe(3);
    // The code that goes on may know no e-mail address.
    const { insertedId: without } = await members().insertOne({ tenant: 'one' });
    await members().deleteMany({ _id: { $in: [last, without] } });
    await setUp({ unique: [['email']] });
    expect(await indexes()).toEqual(['tenant,email unique']);
    await expect(members().insertOne({ tenant: 'one' })).rejects.toThrow('Document failed validation');
  });

  it('names a unique that was taken out, which refuses until it is dropped with a word', async () => {
    await setUp({ unique: [['email']] });
    await user('a');
    expect(await setUp({ indexes: [['email']] })).toContain('nothing declares members.tenant_1_email_1 any more');
    await expect(user('a')).rejects.toThrow(MongoServerError);
    expect(await setUp({ indexes: [['email']] }, { dropUnused: true })).toContain('dropped: tenant_1_email_1');
    await user('a');
    expect(await indexes()).toEqual(['tenant,email']);
  });

  it('makes unique again what had been taken out meanwhile', async () => {
    await setUp({ unique: [['email']] });
    await setUp({ indexes: [['email']] }, { dropUnused: true });
    await setUp({ unique: [['email']] });
    expect(await indexes()).toEqual(['tenant,email unique']);
  });

  it('tells what MongoDB refuses in one line, and makes what it can', async () => {
    await client.db(database).createCollection('members');
    await members().createIndex({ at: 1 }, { name: 'tenant_1_email_1' });
    await members().createIndex({ at: -1 }, { name: 'tenant_1_email_1_plain' });
    const refused = setUp({ indexes: [['email']] });
    await expect(refused).rejects.toMatchObject({ code: 'setup-refused' });
    await expect(refused).rejects.toThrow(/^MongoDB refused the setup of members: [^\n]+$/);
    const events = planDatabase({}).find(({ name }) => name === 'events');
    expect(await client.db(database).collection('events').indexes()).toHaveLength(1 + (events?.indexes.length ?? 0));
  });
});
