import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectMongo, type MongoConnection } from '../../../lib/adapters/mongo/client.ts';
import { mongoMissingSetup } from '../../../lib/adapters/mongo/missing-setup.ts';
import { mongoRecords } from '../../../lib/adapters/mongo/records.ts';
import { setupDatabase } from '../../../lib/adapters/mongo/set-up.ts';
import { createConsumer } from '../../../lib/consume/consume.ts';
import type { ConsumePorts } from '../../../lib/consume/ports.ts';
import { createSetup } from '../../../lib/consume/setup.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import type { Message } from '../../../lib/core/message.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { consumerWorld, delivered } from '../../support/consumer-world.ts';

const { message, ports, queue, mongo: other } = await consumerWorld();

const opened = defineEvent({
  type: 'test.happened',
  summary: 'An account is opened; an address opens one',
  data: z.strictObject({ name: z.string() }),
  example: { name: 'x' },
  collections: { accounts: { unique: [['email']] } },
  queue: { timeout: 40 },
  handle: async ({ data }, context) => void (await context.collection('accounts').insertOne({ email: data.name })),
});

/** Entry 32: two users with one e-mail both succeeded. */
describe('entry 32: a consumer on a database without db:setup (protocol: setup-before-the-run)', () => {
  let mongo: MongoConnection;
  const lines: { message: string; details: unknown }[] = [];
  const note = (said: string, details?: unknown) => void lines.push({ message: said, details });
  let asked = 0;
  let silent = false;

  beforeAll(() => {
    const { hosts } = other.client.options;
    const uri = `mongodb://${hosts.join(',')}/`;
    mongo = connectMongo({ uri, database: `${other.db.databaseName}-new`, timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
  });

  /** One execution environment. */
  function consumer(): (batch: readonly Message[]) => Promise<number> {
    const look = mongoMissingSetup(mongo, opened.collections);
    const missingSetup = async () => {
      asked++;
      if (silent) throw new DependencyError('mongodb', 'silent');
      return look();
    };
    const all: ConsumePorts = {
      ...ports,
      records: mongoRecords(mongo, { expireAfterDays: 45 }),
      setup: createSetup(opened, missingSetup),
      log: { debug: note, info: note, warn: note, error: note },
    };
    const options = {
      definition: opened,
      schemaHash: '0'.repeat(16),
      queueUrl: 'q',
      deadLetterUrl: 'd',
      runsAtOnce: 5,
    };
    const consume = createConsumer(options, all);
    return async (batch) => {
      const { batchItemFailures } = await consume(
        batch.map((one) => delivered(one)),
        () => 60_000,
      );
      return batchItemFailures.length;
    };
  }

  test('runs nothing, returns its messages for a while, says in one line what is missing, and goes on once it is there', async () => {
    const consume = consumer();
    const batch = [1, 2].map(() => message({ tenant: 'one', data: { name: 'a@b' } }));
    expect(await consume(batch)).toBe(2);
    expect(queue.visibility.slice(-2).every(({ seconds }) => seconds >= 1)).toBe(true);
    expect(lines).toEqual([
      {
        message: 'events wait',
        details: {
          ...{ type: 'test.happened', tenant: 'one', code: 'setup-missing' },
          events: batch.map(({ id, source }) => ({ event_id: id, source })),
          reason:
            'functions/events/test.happened.ts: MongoDB lacks the collection events, the collection failures, the collection replays, the collection accounts; run npm run db:setup for this stage',
        },
      },
    ]);
    expect(await mongo.db.listCollections().toArray()).toEqual([]);

    await setupDatabase(mongo.db, {});
    await mongo.db.createCollection('accounts');
    expect(await consume(batch)).toBe(2);
    expect(lines.at(-1)).toMatchObject({
      details: { reason: expect.stringContaining('MongoDB lacks the unique index accounts(tenant, email); run') },
    });
    // One that is over the same fields, and lets two in, is none.
    await mongo.db.collection('accounts').createIndex({ tenant: 1, email: 1 });
    expect(await consume(batch)).toBe(2);
    await mongo.db.collection('accounts').dropIndexes();

    await setupDatabase(mongo.db, opened.collections);
    asked = 0;
    // The other one’s handler did not expect the address: an attempt of it has failed.
    expect(await consume(batch)).toBe(1);
    expect(asked).toBe(1);
    expect(await mongo.db.collection('accounts').countDocuments({ email: 'a@b' })).toBe(1);
    await consume([message({ data: { name: 'c@d' } })]);
    expect(asked).toBe(1);
  });

  test('that cannot be asked returns them as in an outage, and asks again', async () => {
    const consume = consumer();
    silent = true;
    const only = message({ data: { name: 'e@f' } });
    expect(await consume([only])).toBe(1);
    expect(lines.at(-1)).toMatchObject({ message: 'returned for infrastructure' });
    silent = false;
    expect(await consume([only])).toBe(0);
  });
});
