import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createConsumer } from '../../../lib/consume/consume.ts';
import { createSettings } from '../../../lib/consume/settings.ts';
import { encodeMessage } from '../../../lib/core/message.ts';
import type { SqsRecord } from '../../../lib/core/sqs-batch.ts';
import type { Projections } from '../../../lib/ports/projections.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { type Env, secret } from '../../../lib/sdk/settings.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { silentMetrics } from '../../support/memory-metrics.ts';
import { memoryResults } from '../../support/memory-results.ts';
import { memorySecrets } from '../../support/memory-secrets.ts';
import { prepareDelivery } from '../../support/prepare-delivery.ts';
import { recordingQueue } from '../../support/recording-queue.ts';
import { settlingRecords } from '../../support/settling-records.ts';

const DAY = 86_400_000;
const VALUE = 'hunter2-correct-horse';

const noProjections: Projections = {
  apply: async () => undefined,
  cutGuards: async () => undefined,
  read: async () => {
    throw new Error('this handler reads no projection');
  },
};

/** A consumer of a type with two settings, without a database. */
function settingsWorld({
  given = { PARTNER_URL: 'https://a.example' },
  values = { PARTNER_KEY: VALUE },
  ordered = false,
}: {
  given?: Record<string, string>;
  values?: Record<string, string>;
  ordered?: boolean;
} = {}) {
  const seen: Env[] = [];
  const definition = defineEvent({
    type: 'test.happened',
    summary: 'A type of the tests',
    data: z.strictObject({}),
    example: {},
    env: { PARTNER_KEY: secret(z.string().min(10)), PARTNER_URL: z.url() },
    ...(ordered && { orderedBy: () => 'one' }),
    handle: async (_, { env }) => void seen.push(env),
  });
  const lines: { message: string; details: unknown }[] = [];
  const note = (message: string, details?: unknown) => void lines.push({ message, details });
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const secrets = memorySecrets(values);
  const [records, queue, clock] = [settlingRecords(), recordingQueue(), fakeClock()];
  const settings = createSettings(definition, {
    given: new Map(Object.entries(given)),
    secrets,
    remedy: (names) => `mend ${names.join(' and ')}`,
  });
  const consumer = createConsumer(
    { definition, schemaHash: '0'.repeat(16), queueUrl: 'q', deadLetterUrl: 'd', runsAtOnce: 5 },
    {
      ...{
        setup: async () => undefined,
        records,
        settings,
        queue,
        publisher: queue,
        clock: { ...clock, sleep: () => new Promise(() => {}) },
        log,
        metrics: silentMetrics,
      },
      results: memoryResults(),
      projections: noProjections,
      ping: { mongodb: async () => true, redis: async () => true },
      random: () => 0.5,
      newRun: () => randomUUID(),
    },
  );
  const deliver = ({ age = 0, receives = 1 } = {}): SqsRecord => ({
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body: encodeMessage(prepareDelivery({ id: randomUUID() }).message),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(clock.now() - age),
      ...(ordered && { MessageGroupId: 'one' }),
    },
  });
  const consume = async (...batch: SqsRecord[]) =>
    (await consumer(batch, () => 60_000)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { seen, lines, secrets, records, queue, deliver, consume };
}
const idsOf = (batch: readonly SqsRecord[]) => batch.map(({ messageId }) => messageId);

describe('context.env', () => {
  test('has the settings of the type, checked and frozen, read once for all events of an environment (protocol: settings-before-the-run)', async () => {
    const { consume, deliver, seen, secrets } = settingsWorld();
    expect(await consume(deliver(), deliver())).toEqual([]);
    expect(await consume(deliver())).toEqual([]);
    expect(seen).toEqual(Array(3).fill({ PARTNER_KEY: VALUE, PARTNER_URL: 'https://a.example' }));
    expect(Object.isFrozen(seen[0])).toBe(true);
    expect(secrets.reads).toEqual([['PARTNER_KEY']]);
  });

  test('takes no secret from the environment, where the name of its parameter is', async () => {
    const given = { PARTNER_URL: 'https://a.example', PARTNER_KEY: '/sluice/dev/PARTNER_KEY' };
    const { consume, deliver, seen } = settingsWorld({ given });
    await consume(deliver());
    expect(seen).toMatchObject([{ PARTNER_KEY: VALUE }]);
  });

  test('of a type without settings is empty, and no store is asked', async () => {
    const secrets = memorySecrets();
    const remedy = () => '';
    const env = await createSettings({ type: 'a.b', env: {} }, { given: new Map(), secrets, remedy })();
    expect(env).toEqual({});
    expect(Object.isFrozen(env)).toBe(true);
    expect(secrets.reads).toEqual([]);
  });
});

/** What a line says of these messages. */
const linesOf = (batch: readonly SqsRecord[]) => ({
  ...{ type: 'test.happened', tenant: 'local', source: '/tenants/local' },
  events: batch.map(({ body }) => ({ event_id: JSON.parse(body).id })),
});

describe('settings that are missing or do not fit', () => {
  test('return the messages as an outage does, and say in one line what to do, without a value', async () => {
    const { consume, deliver, seen, lines, queue, records } = settingsWorld({
      given: { PARTNER_URL: VALUE },
      values: { PARTNER_KEY: 'short' },
    });
    const batch = [deliver(), deliver(), deliver()];
    expect(await consume(...batch)).toEqual(idsOf(batch));
    expect(seen).toEqual([]);
    expect(queue.visibility.map(({ seconds }) => seconds)).toEqual([3, 3, 3]);
    expect([...records.settled, ...records.closed, ...queue.published]).toEqual([]);
    expect(lines).toEqual([
      {
        message: 'events wait',
        details: {
          ...linesOf(batch),
          code: 'settings-missing',
          reason:
            'functions/events/test.happened.ts: PARTNER_KEY is too short or too small, PARTNER_URL is of another form; mend PARTNER_KEY and PARTNER_URL',
        },
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|"short/);
  });

  test('are looked for again with the next batch', async () => {
    const { consume, deliver, seen, secrets } = settingsWorld({ values: { OTHER: VALUE } });
    const only = deliver();
    expect(await consume(only)).toEqual([only.messageId]);
    secrets.values.set('PARTNER_KEY', VALUE);
    expect(await consume(only)).toEqual([]);
    expect(seen).toHaveLength(1);
  });

  test('end a day before a message would die of age, as a failure that names them (protocol: waiting-ends)', async () => {
    const { consume, deliver, records, queue } = settingsWorld({ given: {} });
    expect(await consume(deliver({ age: 6 * DAY, receives: 700 }))).toEqual([]);
    expect(records.closed).toMatchObject([
      {
        cause: 'attempts-exhausted',
        code: 'settings-missing',
        message: expect.stringContaining('PARTNER_URL is missing'),
      },
    ]);
    expect(queue.published).toHaveLength(1);
  });

  test('hide the head of an ordered group alone (protocol: head-and-followers)', async () => {
    const { consume, deliver, queue } = settingsWorld({ given: {}, ordered: true });
    const batch = [deliver(), deliver(), deliver()];
    expect(await consume(...batch)).toEqual(idsOf(batch));
    expect(queue.visibility.map(({ seconds }) => seconds)).toEqual([3, 0, 0]);
  });
});

describe('settings that cannot be read', () => {
  test('are an outage: the messages come back, however old, and never as a failure (protocol: settings-before-the-run)', async () => {
    const { consume, deliver, seen, lines, secrets, records, queue } = settingsWorld();
    secrets.silent = true;
    const batch = [deliver({ age: 6.9 * DAY, receives: 700 }), deliver()];
    expect(await consume(...batch)).toEqual(idsOf(batch));
    expect(seen).toEqual([]);
    expect([...records.settled, ...records.closed, ...queue.published]).toEqual([]);
    expect(lines).toEqual([
      {
        message: 'returned for infrastructure',
        details: {
          ...linesOf(batch),
          code: 'parameter-store-unavailable',
          reason: 'functions/events/test.happened.ts: PARTNER_KEY cannot be read: silent; the next batch tries again',
        },
      },
    ]);
  });

  test('are read with the next batch', async () => {
    const { consume, deliver, seen, secrets } = settingsWorld();
    secrets.silent = true;
    const batch = [deliver(), deliver()];
    await consume(...batch);
    secrets.silent = false;
    expect(await consume(...batch)).toEqual([]);
    expect(seen).toHaveLength(2);
    expect(secrets.reads).toHaveLength(2);
  });

  test('hide the head of an ordered group alone (protocol: head-and-followers)', async () => {
    const { consume, deliver, secrets, queue } = settingsWorld({ ordered: true });
    secrets.silent = true;
    const batch = [deliver(), deliver()];
    expect(await consume(...batch)).toEqual(idsOf(batch));
    expect(queue.visibility.map(({ seconds }) => seconds)).toEqual([3, 0]);
  });
});

describe('a secret that is changed', () => {
  const EVERY = 300_000;
  function rotating() {
    const secrets = memorySecrets({ PARTNER_KEY: VALUE });
    const clock = fakeClock();
    const failures: unknown[] = [];
    const settings = createSettings(
      { type: 'test.happened', env: { PARTNER_KEY: secret(z.string().min(10)) } },
      {
        given: new Map(),
        secrets,
        remedy: () => 'mend it',
        refreshing: { clock, random: () => 0.5, failed: (error) => void failures.push(error) },
      },
    );
    return { secrets, clock, failures, keyNow: async () => (await settings()).PARTNER_KEY };
  }

  test('reaches runs some minutes later without a deployment, and nobody waits for it', async () => {
    const { secrets, clock, keyNow } = rotating();
    expect(await keyNow()).toBe(VALUE);
    secrets.values.set('PARTNER_KEY', 'another-correct-horse');
    clock.advance(EVERY - 1);
    expect(await keyNow()).toBe(VALUE);
    expect(secrets.reads).toHaveLength(1);
    clock.advance(1);
    expect(await keyNow()).toBe(VALUE);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await keyNow()).toBe('another-correct-horse');
    expect(secrets.reads).toHaveLength(2);
  });

  test.each([
    ['cannot be read', (secrets: ReturnType<typeof memorySecrets>) => void Object.assign(secrets, { silent: true })],
    ['is gone', (secrets: ReturnType<typeof memorySecrets>) => void secrets.values.delete('PARTNER_KEY')],
    [
      'does not fit',
      (secrets: ReturnType<typeof memorySecrets>) => void secrets.values.set('PARTNER_KEY', 'tiny-word'),
    ],
  ])('and %s then leaves the one before, and is told without a value', async (_, change) => {
    const { secrets, clock, failures, keyNow } = rotating();
    await keyNow();
    change(secrets);
    clock.advance(EVERY);
    await keyNow();
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures).toHaveLength(1);
    expect(await keyNow()).toBe(VALUE);
    expect(String(failures[0])).not.toMatch(/tiny|hunter/);
    expect(secrets.reads).toHaveLength(2);
  });

  /** The next read is given out by the test: as one that Lambda froze with its function. */
  function holdRead(secrets: ReturnType<typeof memorySecrets>) {
    const { read } = secrets;
    const held = Promise.withResolvers<ReadonlyMap<string, string>>();
    secrets.read = () => {
      secrets.read = read;
      return held.promise;
    };
    return held;
  }

  test('reaches a function that Lambda freezes before it is read: the next event waits for it', async () => {
    const { secrets, clock, failures, keyNow } = rotating();
    await keyNow();
    const frozen = holdRead(secrets);
    clock.advance(EVERY);
    expect(await keyNow()).toBe(VALUE);
    secrets.values.set('PARTNER_KEY', 'another-correct-horse');
    clock.advance(EVERY);
    frozen.reject(new Error('no answer within 3000 ms'));
    expect(await keyNow()).toBe('another-correct-horse');
    expect(failures).toHaveLength(1);
  });

  test('that was read before another one comes after it is not taken', async () => {
    const { secrets, clock, keyNow } = rotating();
    await keyNow();
    const slow = holdRead(secrets);
    clock.advance(EVERY);
    await keyNow();
    secrets.values.set('PARTNER_KEY', 'another-correct-horse');
    clock.advance(EVERY);
    expect(await keyNow()).toBe('another-correct-horse');
    slow.resolve(new Map([['PARTNER_KEY', VALUE]]));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await keyNow()).toBe('another-correct-horse');
  });

  test('is waited for by a function that had nothing to do for long, and where it cannot be read once in a while alone', async () => {
    const { secrets, clock, failures, keyNow } = rotating();
    await keyNow();
    secrets.values.set('PARTNER_KEY', 'another-correct-horse');
    clock.advance(12 * EVERY);
    expect(await keyNow()).toBe('another-correct-horse');
    Object.assign(secrets, { silent: true });
    clock.advance(12 * EVERY);
    expect([await keyNow(), await keyNow()]).toEqual(Array(2).fill('another-correct-horse'));
    expect(failures).toHaveLength(1);
    expect(secrets.reads).toHaveLength(3);
  });
});
