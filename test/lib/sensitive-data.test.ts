import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { catalogueOf, sensitiveByType } from '../../lib/core/catalogue.ts';
import { failureId } from '../../lib/core/failure-id.ts';
import { postFailures } from '../../lib/http/post-failures.ts';
import type { FailureRecord } from '../../lib/ports/failures.ts';
import type { Context } from '../../lib/sdk/context.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { PermanentError } from '../../lib/sdk/errors.ts';
import type { Event } from '../../lib/sdk/event.ts';
import { rejected } from '../../lib/sdk/result.ts';
import { createLogger } from '../../lib/wiring/logger.ts';
import { surviveStrayRejections } from '../../lib/wiring/stray-rejections.ts';
import { allLoaded } from '../support/all-loaded.ts';
import { call, keyOf } from '../support/api-gateway.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { ingestWorld } from '../support/ingest-world.ts';
import { silentLog } from '../support/log.ts';
import { memoryConsumer } from '../support/memory-consumer.ts';
import { memoryDesk } from '../support/memory-desk.ts';
import { silentMetrics } from '../support/memory-metrics.ts';
import { queryWorld, recordOf } from '../support/query-world.ts';
import { served } from '../support/served.ts';

const card = z.strictObject({ number: z.string().min(8).trim().meta({ sensitive: true }), holder: z.string() });
const schema = z
  .strictObject({
    card,
    note: z.string().optional(),
    phones: z.record(z.string(), z.string()).meta({ sensitive: true }).optional(),
  })
  .refine(({ note }) => note !== 'refuse', {
    path: ['note'],
    error: ({ input }) => `refused with ${JSON.stringify(input)}`,
  })
  .superRefine(({ note, card: { number } }, { addIssue }) => {
    if (note === 'place') addIssue({ code: 'custom', path: [number], message: 'here' });
  })
  .refine(({ note, card: { number } }) => {
    if (note === 'throw') throw new Error(`broke on ${number}`);
    return true;
  });
type Data = z.output<typeof schema>;

const NUMBER = '4111-1111-9999';
const data = { card: { number: NUMBER, holder: 'Ada' } };
const definitionOf = (handle: (event: Event<Data>, context: Context) => Promise<unknown>) =>
  defineEvent({
    type: 'card.kept',
    summary: 'A card was kept',
    data: schema,
    example: { card: { number: '0000-0000-0000', holder: 'H' } },
    retry: { attempts: 2, base: 2, cap: 60 },
    handle: (event, context) => handle(event, context as Context),
  });
const definition = definitionOf(async () => undefined);
const catalogue = catalogueOf([definition]);
const reader = (scopes: string) => keyOf('local', scopes);

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  const keep = (line: unknown) => lines.push(String(line)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

describe('at the door', () => {
  const refusals: [string, unknown, object][] = [
    [
      'of another type',
      { card: { ...data.card, number: 4711 } },
      { pointer: '#/data/card/number', detail: 'expected string' },
    ],
    [
      'too short',
      { card: { ...data.card, number: 'abcdef' } },
      { pointer: '#/data/card/number', detail: 'is under the least, 8' },
    ],
    ['missing', { card: { holder: 'Ada' } }, { pointer: '#/data/card/number', detail: 'expected string' }],
    ['wrong within', { ...data, phones: { '+49-4711': 1 } }, { pointer: '#/data/phones', detail: 'expected string' }],
    [
      'quoted by the schema',
      { ...data, note: 'refuse' },
      { pointer: '#/data/note', detail: expect.stringMatching(/^refused with .*\[sensitive\]/) },
    ],
    ['quoted as a place', { ...data, note: 'place' }, { pointer: '#/data/%5Bsensitive%5D', detail: 'here' }],
    ['what the schema broke on', { ...data, note: 'throw' }, { pointer: '#/data', detail: 'could not be checked' }],
  ];
  test.each(refusals)('a fault says nothing of a value: %s', async (_, sent, fault) => {
    const world = ingestWorld({ catalogue: allLoaded(catalogue), log: createLogger('ingest') });
    const { status, body } = await world.post({ type: 'card.kept', id: 'e', data: sent });
    expect({ status, body }).toMatchObject({ status: 422, body: { code: 'invalid-data', errors: [fault] } });
    expect(JSON.stringify([body, lines])).not.toMatch(/4711|abcdef|1111/);
  });

  test('the line about a definition that broke is there, without the value', async () => {
    const world = ingestWorld({ catalogue: allLoaded(catalogue), log: createLogger('ingest') });
    await world.post({ type: 'card.kept', id: 'e', data: { ...data, note: 'throw' } });
    expect(lines.join('')).toContain('broke on [sensitive]');
  });

  test('the settled answer shows it to who may read failures alone', async () => {
    const answered = async (scopes: string) => {
      const world = ingestWorld({ catalogue: allLoaded(catalogue) });
      world.results.meanwhile = () => world.settle({ id: 'e' });
      return (await world.post({ type: 'card.kept', id: 'e', data }, { prefer: 'wait=5' }, reader(scopes))).body;
    };
    expect(await answered('events:write')).toMatchObject({ data: { card: { number: '[sensitive]', holder: 'Ada' } } });
    expect(await answered('events:write failures:read')).toMatchObject({ data });
  });
});

describe('GET /events', () => {
  const load = async () => ({ default: definition });
  function world() {
    const queries = queryWorld();
    Object.assign(queries.ports, { marksOfType: sensitiveByType(['card.kept'], load) });
    for (const [id, type] of [
      ['e', 'card.kept'],
      ['gone', 'card.lost'],
    ] as const)
      queries.add(recordOf({ id, type, data: JSON.stringify(data) }));
    return queries;
  }

  test('shows it to who may read failures alone', async () => {
    expect((await world().get('/events/e', {}, reader('events:read'))).body).toMatchObject({
      data: { card: { number: '[sensitive]', holder: 'Ada' } },
    });
    expect((await world().get('/events/e', {}, reader('events:read failures:read'))).body).toMatchObject({ data });
    expect((await world().get('/events/e', {}, reader('operator'))).body).toMatchObject({ data });
  });

  test('shows no data of a type that nobody declares any more', async () => {
    expect((await world().get('/events/gone', {}, reader('events:read'))).body).toMatchObject({ data: '[sensitive]' });
  });

  test('shows none in lists', async () => {
    const queries = world();
    queries.page = { items: [...queries.records.values()], next: null };
    for (const path of ['/events', '/events?order=settled'])
      expect(JSON.stringify(await queries.get(path, {}, reader('operator')))).not.toContain(NUMBER);
  });
});

describe('what a handler says of an event', () => {
  async function told(handle: (event: Event<Data>, context: Context) => Promise<unknown>, sent: unknown = data) {
    const consumer = memoryConsumer(definitionOf(handle), createLogger('consume'));
    const message = consumer.message('one', sent);
    for (const receives of [1, 2]) await consumer.consume([message], receives);
    const { data: _, ...record } = consumer.recordOf(message) ?? {};
    await consumer.readLetters();
    const failures = [...consumer.failures.values()].map(({ data: __, ...failure }) => failure);
    return { record, failures, text: JSON.stringify([record, failures, lines]) };
  }

  test('lines of its log', async () => {
    const { text, record } = await told(async ({ data: { card } }, { log }) => {
      log.info(`kept ${card.number}`, { card, list: [card.number], [card.number]: true, note: 'kept all' });
      log.error('broke', { error: new Error(`no ${card.number}`, { cause: new Error(card.number) }) });
      card.number = 'changed';
    });
    expect(record).toMatchObject({ state: 'succeeded' });
    expect(text).not.toContain(NUMBER);
    expect(text).toMatch(/kept \[sensitive\].*kept all.*no \[sensitive\]/s);
  });

  test('what its schema made of a value', async () => {
    const { text } = await told(async ({ data: { card } }, { log }) => log.info(`kept "${card.number}"`), {
      card: { number: `  ${NUMBER}`, holder: 'Ada' },
    });
    expect(text).toContain('kept \\\\\\"[sensitive]');
  });

  test('errors: attempts, failures, groups and their lines', async () => {
    for (const error of [
      new Error(`no ${NUMBER}`),
      new PermanentError('no', { cause: new Error(NUMBER), code: NUMBER }),
    ]) {
      const { text, failures } = await told(() => Promise.reject(error));
      expect(failures).toMatchObject([
        {
          message: expect.stringContaining('no'),
          attempts: [{}, {}].slice(0, error instanceof PermanentError ? 1 : 2),
        },
      ]);
      expect(text).not.toContain(NUMBER);
    }
  });

  test('reasons', async () => {
    const { text, record } = await told(async () => rejected(`not ${NUMBER}`));
    expect(record).toMatchObject({ rejection: { reason: 'not [sensitive]' } });
    expect(text).not.toContain(NUMBER);
  });

  test('what it did not wait for', async () => {
    const listeners: ((reason: unknown) => void)[] = [];
    surviveStrayRejections(
      { removeAllListeners: () => undefined, on: (_, listener) => listeners.push(listener) },
      createLogger('consume'),
    );
    const { text } = await told(async () => {
      for (const listener of listeners) listener(new Error(`late ${NUMBER}`));
    });
    expect(text).toContain('late [sensitive]');
    expect(text).not.toContain(NUMBER);
  });

  test('data that its schema no longer takes', async () => {
    const { text, failures } = await told(async () => undefined, { ...data, note: 'refuse' });
    expect(failures).toMatchObject([
      { cause: 'invalid-data', message: expect.stringMatching(/^note: refused with .*\[sensitive\]/) },
    ]);
    expect(text).not.toContain(NUMBER);
    expect((await told(async () => undefined, { ...data, note: 'throw' })).text).not.toContain(NUMBER);
  });
});

describe('an edited replay', () => {
  const record = recordOf({
    type: 'card.kept',
    data: JSON.stringify({ ...data, phones: { '+49-4710': 'x' } }),
    state: 'failed',
  });
  const { type, source, time, recordedtime, fingerprint } = record;
  const failure: FailureRecord = {
    ...{ _id: failureId(record._id, fingerprint), tenant: 'local', eventKey: record._id, type, source },
    ...{ cause: 'permanent', code: 'no', message: 'said for the desk', group: 'g', data: record.data, fingerprint },
    event: JSON.stringify({ id: 'e', source, type, time }),
    ...{ replay: 0, attempts: [], recordedtime, state: 'open' },
  };

  function world() {
    const { desk, audit } = memoryDesk({ failure, record, replacementSeen: false });
    const handler = served(
      postFailures({
        ...{ desk, catalogue, clock: fakeClock(), log: createLogger('replay'), queueUrlPrefix: 'http://queue/' },
        metrics: silentMetrics,
        claims: { confirm: async () => undefined },
        outcomes: { forget: async () => undefined },
        publisher: { publish: async (all) => all.map(() => 'sent' as const) },
      }),
      silentLog,
    );
    const replay = (edited: unknown, scopes = 'events:write failures:write failures:read') =>
      call(handler, {
        ...{ path: `/failures/${failure._id}/replay`, id: failure._id, body: JSON.stringify({ data: edited }) },
        headers: { 'content-type': 'application/json' },
        ...reader(scopes),
      });
    return { audit, replay };
  }

  test('is told to the audit without a value, a name or a hash of what is sensitive', async () => {
    const told = async (edited: unknown) => {
      const { audit, replay } = world();
      expect(await replay(edited)).toMatchObject({ status: 202 });
      return audit;
    };
    const phones = { '+49-4711': 'x', '+49-4712': 'y' };
    const [first] = await told({ card: { number: '9999-9999-0000', holder: 'Ada' }, phones });
    const [other] = await told({ card: { number: '1234-1234-1234', holder: 'Ada' }, phones: { ...phones, z: '' } });
    expect(first?.pointers).toEqual(['/data/card/number', '/data/phones']);
    expect(first).toMatchObject({ before: expect.any(String), after: other?.after });
    expect((await told({ card: { ...data.card, holder: 'Bo' } }))[0]?.after).not.toBe(first?.after);
  });

  test('is answered without its data, and refused without a value', async () => {
    const { replay } = world();
    const answers = [
      await replay({ card: { number: '9999-9999-0000', holder: 'Ada' } }),
      await replay({ ...data, note: 'refuse' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 422]);
    expect(JSON.stringify([answers, lines])).not.toMatch(/9999|1111/);
  });

  test('says why it had failed to who may read failures alone', async () => {
    const blind = await world().replay(data, 'events:write failures:write');
    expect(blind.status).toBe(202);
    for (const member of ['message', 'attempts', 'stack']) expect(blind.body).not.toHaveProperty(member);
    expect((await world().replay(data)).body).toMatchObject({ message: 'said for the desk', attempts: [] });
  });
});

test('what is published says which fields are not shown again, in the word of JSON Schema', () => {
  const [entry] = catalogue.entries;
  expect(entry?.jsonSchema).toMatchObject({
    properties: { card: { properties: { number: { writeOnly: true } } }, phones: { writeOnly: true } },
  });
  expect(JSON.stringify(entry?.jsonSchema)).not.toContain('"sensitive"');
});
