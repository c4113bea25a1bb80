import { describe, expect, test } from 'vitest';
import { admit } from '../../../lib/consume/admit.ts';
import type { Batch } from '../../../lib/consume/batch.ts';
import type { Fact } from '../../../lib/consume/facts.ts';
import type { Build } from '../../../lib/core/build.ts';
import type { Message } from '../../../lib/core/message.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { changed } from '../../support/changed-event.ts';
import { definitionOf } from '../../support/definitions.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const NEW_YEAR = Date.UTC(2017, 0, 1);
const LEAP = '2016-12-31T23:59:60Z';
const SCHEMA = '0'.repeat(16);

/** What becomes of a message at a time. @param build of the consumer's definition */
async function admitted(
  change: Partial<Message>,
  now: number,
  build?: Build,
  definition: EventDefinition = defineEvent(definitionOf('parcel.sent')),
) {
  const message: Message = {
    ...{ version: 1, tenant: 't', id: 'e', source: '/s', type: 'parcel.sent', time: LEAP, replay: 0 },
    ...{ recordedtime: '2017-01-01T00:00:00.123Z', extensions: {}, data: { name: 'a' } },
    ...{ fingerprint: 'f'.repeat(43), schema: SCHEMA, ...change },
  };
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '0' };
  const records = [{ messageId: 'm', receiptHandle: 'r', body: '', attributes }] as const;
  const facts: Fact[] = [];
  const batch = {
    options: { definition, schemaHash: SCHEMA, build },
    ports: { clock: fakeClock(now) },
    settle: async (_: unknown, fact: Fact) => void facts.push(fact),
  };
  // What admit() uses of a batch.
  const { admitted, waiting } = await admit(
    [{ key: 'k', message, records, group: 'k', receives: 1, sentAt: 0 }],
    batch as unknown as Batch,
  );
  return { events: admitted.map(({ eventForRun }) => eventForRun()), facts, waiting: waiting.map(({ fact }) => fact) };
}

test('entry 21: an event expires at a leap second, and not before', async () => {
  const extensions = { expirytime: LEAP };
  expect(await admitted({ extensions }, NEW_YEAR)).toMatchObject({ events: [], facts: [{ kind: 'expired' }] });
  expect(await admitted({ extensions }, NEW_YEAR - 1)).toMatchObject({ events: [{ id: 'e' }], facts: [] });
});

test.each([
  [LEAP, '2017-01-01T00:00:00.000Z'],
  ['2016-12-31t18:59:60.5-05:00', '2017-01-01T00:00:00.500Z'],
  ['0001-01-01T00:00:00.123456789Z', '0001-01-01T00:00:00.123Z'],
])('entry 21: an event of %s has its times as dates that are right, and as they were sent', async (time, expected) => {
  const { events } = await admitted({ time }, NEW_YEAR);
  expect(events).toMatchObject([{ time, recordedtime: '2017-01-01T00:00:00.123Z' }]);
  expect(events[0]?.happenedAt.toISOString()).toBe(expected);
  expect(events[0]?.recordedAt.toISOString()).toBe('2017-01-01T00:00:00.123Z');
});

describe('entry 37: data that does not fit (protocol: schema-again)', () => {
  const own = { hash: 'own', time: '2026-11-23T12:00:00.000Z' };
  const built = (hash: string, at = '12:00:00.000') => ({ hash, time: `2026-11-23T${at}Z` });
  const become = async (change: Partial<Message>, build?: Build) => {
    const { facts, waiting, events } = await admitted({ data: { name: 7 }, ...change }, NEW_YEAR, build);
    expect(events).toEqual([]);
    return [...facts, ...waiting];
  };

  test.each<[string, Partial<Message>, Build | undefined, string]>([
    [
      'by a later build, the schema being the same: a refinement is another',
      { build: built('other', '12:00:00.001') },
      own,
      'validated with build other of 2026-11-23T12:00:00.001Z, this consumer has build own of 2026-11-23T12:00:00.000Z',
    ],
    [
      'by a later build with another schema',
      { build: built('other', '13:00:00.000'), schema: 'wider' },
      own,
      'validated with build other of',
    ],
    [
      'by code that says no build, with another schema',
      { schema: 'wider' },
      own,
      `validated with schema wider, this consumer has ${SCHEMA}`,
    ],
    [
      'by any build with another schema, where this consumer has none',
      { build: built('other', '11:00:00.000'), schema: 'wider' },
      undefined,
      'validated with schema wider',
    ],
  ])('waits where it was let in %s', async (_, change, build, detail) => {
    expect(await become(change, build)).toMatchObject([
      { kind: 'not-ready', why: 'newer-version', detail: expect.stringMatching(new RegExp(`^${detail}.*: name: `)) },
    ]);
  });

  test.each<[string, Partial<Message>, Build | undefined]>([
    ['by the same build', { build: own }, own],
    ['by the same build, made anew', { build: built('own', '13:00:00.000') }, own],
    ['by an earlier build', { build: built('other', '11:59:59.999') }, own],
    [
      'by an earlier build with another schema: it was narrowed since',
      { build: built('other', '11:00:00.000'), schema: 'wider' },
      own,
    ],
    ['by another build of the same time', { build: built('other') }, own],
    ['by code that says no build, with the same schema', {}, own],
    [
      'by any build with the same schema, where this consumer has none',
      { build: built('other', '13:00:00.000') },
      undefined,
    ],
  ])('is a failure at once where it was let in %s', async (_, change, build) => {
    expect(await become(change, build)).toMatchObject([{ kind: 'invalid-data', error: { code: 'invalid-data' } }]);
  });
});

describe('data of a form before (protocol: schema-again)', () => {
  const become = (data: unknown) => admitted({ data, schema: 'older' }, NEW_YEAR, undefined, changed);

  test('runs as what it has become, and is made anew for each run', async () => {
    const { events, facts, waiting } = await become({ name: 'Ada Lovelace' });
    expect(events).toMatchObject([{ data: { first: 'Ada', last: 'Lovelace' } }]);
    expect([facts, waiting]).toEqual([[], []]);
  });

  test('that the file makes nothing of is a fault of the file, as one of its handler would be', async () => {
    expect((await become({ name: '' })).facts).toMatchObject([{ kind: 'error', error: { message: 'nobody' } }]);
  });

  test('that nobody knows is told by what the schema of now says of it', async () => {
    const { waiting } = await become({ name: 7 });
    expect(waiting).toMatchObject([{ kind: 'not-ready', detail: expect.stringContaining('first: ') }]);
  });
});
