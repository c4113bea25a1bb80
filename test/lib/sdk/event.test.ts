import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Collection, Filter } from '../../../lib/sdk/collection.ts';
import type { BatchContext, Context } from '../../../lib/sdk/context.ts';
import { defineCollection } from '../../../lib/sdk/define-collection.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';
import type { Event } from '../../../lib/sdk/event.ts';
import { Rejected, rejected } from '../../../lib/sdk/result.ts';
import { definitionOf } from '../../support/definitions.ts';

/** What JavaScript, or a cast, could put into an event file. */
const define = (change: Record<string, unknown>) =>
  (defineEvent as unknown as (file: Record<string, unknown>) => unknown)({
    ...definitionOf('parcel.sent'),
    ...change,
  });

describe('a definition', () => {
  test('gets every default that it does not say', () => {
    const definition = defineEvent(definitionOf('parcel.sent'));
    expect(definition.queue).toEqual({ batchSize: 10, batchWindow: 0, concurrency: 50, timeout: 30, commit: 'joint' });
    expect(definition.retry).toEqual({ attempts: 5, base: 2, cap: 900 });
    expect(definition.collections).toEqual({});
    expect(definition.projections).toEqual({});
    expect(definition.orderedBy).toBeUndefined();
    expect(definition.handleBatch).toBeUndefined();
  });

  test('keeps what it says beside the defaults', () => {
    const definition = defineEvent({
      ...definitionOf('parcel.sent'),
      queue: { batchSize: 5 },
      retry: { attempts: 2 },
    });
    expect(definition.queue).toMatchObject({ batchSize: 5, concurrency: 50 });
    expect(definition.retry).toEqual({ attempts: 2, base: 2, cap: 900 });
  });

  test('commits each event on its own where its handler may reach outside, unless it says otherwise', () => {
    const commitOf = (change: Record<string, unknown>) =>
      (define(change) as { queue: { commit: string } }).queue.commit;
    const permissions = [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::invoices/*'] }];
    expect(commitOf({})).toBe('joint');
    expect(commitOf({ env: { LEDGER_URL: z.url() } })).toBe('each');
    expect(commitOf({ permissions })).toBe('each');
    expect(commitOf({ permissions, queue: { commit: 'joint' } })).toBe('joint');
    expect(commitOf({ queue: { commit: 'each' } })).toBe('each');
  });

  test('an option that is undefined takes the default', () => {
    expect(define({ queue: { batchSize: undefined } })).toMatchObject({ queue: { batchSize: 10 } });
  });

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(defineEvent(definitionOf('parcel.sent')))).toBe(true);
  });

  test.each([
    ['the largest batch with a window', { queue: { batchSize: 10_000, batchWindow: 1 } }],
    ['the longest window', { queue: { batchWindow: 300 } }],
    ['the widest and narrowest concurrency', { queue: { concurrency: 1000 } }],
    ['the narrowest concurrency', { queue: { concurrency: 2 } }],
    ['the longest timeout', { queue: { timeout: 50 } }],
    ['an ordered type with batches of ten', { orderedBy: () => 'a', queue: { batchSize: 10 } }],
    ['one attempt', { retry: { attempts: 1 } }],
    ['a handler of batches', { handle: undefined, handleBatch: async () => undefined }],
    ['a field that sorts downwards', { collections: { jobs: { indexes: [['ownerId', '-sentAt']] } } }],
    ['a type with a version', { type: 'parcel.sent.v2' }],
  ])('may have %s', (_, change) => {
    expect(() => define(change)).not.toThrow();
  });
});

describe('a wrong definition is refused with a message that names file and field:', () => {
  const file = 'functions/events/parcel.sent.ts: ';
  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown option', { retries: 3 }, `${file}retries is not an option; known: type, summary, data`],
    [
      'an unknown option of the queue',
      { queue: { batchsize: 5 } },
      `${file}queue.batchsize is not an option; known: batchSize`,
    ],
    [
      'an unknown option of retries',
      { retry: { max: 5 } },
      `${file}retry.max is not an option; known: attempts, base, cap`,
    ],
    [
      'an unknown option of a collection',
      { collections: { jobs: { index: [] } } },
      `${file}collections.jobs.index is not an option; known: unique`,
    ],
    [
      'an unknown option of a projection',
      { projections: { top: { kind: 'set', ttl: 1 } } },
      `${file}projections.top.ttl is not an option`,
    ],
    [
      'a batch too large',
      { queue: { batchSize: 20_000, batchWindow: 1 } },
      `${file}queue.batchSize must be 1 to 10000`,
    ],
    ['an empty batch', { queue: { batchSize: 0 } }, `${file}queue.batchSize must be 1 to 10000`],
    ['half an event', { queue: { batchSize: 1.5 } }, `${file}queue.batchSize must be a whole number`],
    ['a batch size in words', { queue: { batchSize: '10' } }, `${file}queue.batchSize must be a number`],
    [
      'a large batch without a window',
      { queue: { batchSize: 11 } },
      `${file}queue.batchWindow must be at least 1 when queue.batchSize is over 10`,
    ],
    ['a window too long', { queue: { batchWindow: 301 } }, `${file}queue.batchWindow must be 0 to 300`],
    ['no concurrency', { queue: { concurrency: 1 } }, `${file}queue.concurrency must be 2 to 1000`],
    ['a timeout beyond a transaction', { queue: { timeout: 51 } }, `${file}queue.timeout must be 1 to 50`],
    ['another commit', { queue: { commit: 'none' } }, `${file}queue.commit must be joint or each`],
    [
      'a commit of a batch',
      { handle: undefined, handleBatch: async () => undefined, queue: { commit: 'each' } },
      `${file}queue.commit is for handle`,
    ],
    ['no attempt', { retry: { attempts: 0 } }, `${file}retry.attempts must be 1 to 100`],
    [
      'a large batch of an ordered type',
      { orderedBy: () => 'a', queue: { batchSize: 11, batchWindow: 1 } },
      `${file}queue.batchSize must be 1 to 10 in an ordered type`,
    ],
    [
      'a window of an ordered type',
      { orderedBy: () => 'a', queue: { batchWindow: 1 } },
      `${file}queue.batchWindow must be 0 in an ordered type`,
    ],
    ['two handlers', { handleBatch: async () => undefined }, `${file}needs exactly one of handle and handleBatch`],
    ['no handler', { handle: undefined }, `${file}needs exactly one of handle and handleBatch`],
    ['a handler that is none', { handle: 'later' }, `${file}handle must be a function`],
    ['an order that is no function', { orderedBy: 'parcelId' }, `${file}orderedBy must be a function of data`],
    ['a schema of another library', { data: { type: 'object' } }, `${file}data must be a zod schema`],
    ...[
      z.strictObject({ name: z.string().refine(async () => true) }),
      z.strictObject({ more: z.array(z.strictObject({ a: z.string().refine(async () => true) })).optional() }),
      z.strictObject({
        get self() {
          return z
            .string()
            .transform(async (text) => text)
            .optional();
        },
      }),
      z.strictObject({ name: z.string().superRefine(async () => {}) }),
      z.looseObject({
        defaultValue: z
          .string()
          .refine(async () => true)
          .optional(),
      }),
      z.strictObject({ name: z.string().refine(() => Promise.resolve(true)) }),
      z.looseObject({
        by: z
          .record(
            z.string(),
            z.lazy(() => z.preprocess(async (one) => one, z.string())),
          )
          .optional(),
      }),
      z.union([z.string(), z.strictObject({ name: z.custom(async () => true) })]),
    ].map((data, index): [string, Record<string, unknown>, string] => [
      `entry 27: data that cannot be checked at once: ${index}`,
      { data },
      `${file}data cannot be checked synchronously`,
    ]),
    ['no summary', { summary: '' }, `${file}summary`],
    [
      'a type in capitals',
      { type: 'ParcelSent' },
      'functions/events/ParcelSent.ts: type must be lower-case words joined by dots',
    ],
    [
      'a type whose file is a declaration',
      { type: 'cart.d' },
      'functions/events/cart.d.ts: type must not have the word d',
    ],
    ['a type of one word', { type: 'order' }, 'functions/events/order.ts: type must be lower-case words'],
    ...['events', 'failures', 'replays', 'keys', 'tenants', 'audit'].map(
      (own): [string, Record<string, unknown>, string] => [
        `a collection of Sluice itself: ${own}`,
        { collections: { [own]: {} } },
        `${file}collections.${own} events, failures, replays, keys, tenants, audit are taken by Sluice`,
      ],
    ),
    [
      'an index over an operator',
      { collections: { jobs: { unique: [['$where']] } } },
      `${file}collections.jobs.unique.0.0 must be a field name`,
    ],
    ['an index without fields', { collections: { jobs: { unique: [[]] } } }, `${file}collections.jobs.unique.0`],
    ['a projection of an unknown kind', { projections: { top: { kind: 'list' } } }, `${file}projections.top.kind`],
    [
      'a projection name in capitals',
      { projections: { Top: { kind: 'set' } } },
      `${file}projections.Top must be [a-z]`,
    ],
  ])('%s', (_, change, message) => {
    let thrown: unknown;
    try {
      define(change);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DefinitionError);
    expect(String(thrown)).toContain(message);
  });

  test('every fault at once', () => {
    expect(() => define({ queue: { batchSize: 0, timeout: 51 }, retries: 1 })).toThrow(
      /queue\.batchSize .*; queue\.timeout .*; retries /,
    );
  });
});

interface Member {
  memberId: string;
  email: string;
  nick?: string;
  address: { city: string; lines: { text: string }[] };
  more: unknown;
  at: Date;
}

test('entry 9: a declaration is bound to the type of its documents', () => {
  const members = defineCollection<Member>({
    unique: [['memberId'], ['email', 'address.city'], ['address.lines.text']],
    indexes: [['nick', '-at'], ['more']],
    expire: { field: 'at', afterSeconds: 1 },
  });
  // @ts-expect-error a field that members do not have
  defineCollection<Member>({ unique: [['emial']] });
  // @ts-expect-error one inside
  defineCollection<Member>({ unique: [['address.town']] });
  // @ts-expect-error one that a member may lack
  defineCollection<Member>({ unique: [['nick']] });
  // @ts-expect-error an index
  defineCollection<Member>({ indexes: [['-emial']] });
  // @ts-expect-error a time
  defineCollection<Member>({ expire: { field: 'until', afterSeconds: 1 } });
  // @ts-expect-error an option that collections do not have
  expect(() => defineCollection<Member>({ uniq: [['email']] })).toThrow('is not an option');
  defineCollection({ unique: [['anything.at-all'.slice(0, 8)]] });

  const made = defineEvent({
    ...definitionOf('parcel.sent'),
    collections: { members, others: { unique: [['a']] } },
    async handle(_, context) {
      return async () => {
        (await context.collection('members').findOne({ email: 'a' }))?.address.city satisfies string | undefined;
        // @ts-expect-error a field that members do not have
        await context.collection('members').findOne({ emial: 'a' });
        (await context.collection<{ a: 1 }>('members').findOne({}))?.a satisfies 1 | undefined;
        (await context.collection('others').findOne({ 'b.c': 1 }))?.b;
        // @ts-expect-error a collection that is not declared
        context.collection('member');
        // @ts-expect-error the same, of documents that the handler names
        context.collection<Member>('member');
      };
    },
  });
  expect(made.collections.members).toBe(members);
});

test('entry 10: what a schema leaves open fits no filter', () => {
  const open = z.looseObject({
    unknown: z.unknown(),
    record: z.record(z.string(), z.unknown()),
    text: z.string(),
    maybe: z.string().optional(),
  });
  type Data = z.output<typeof open>;
  const checked = async (members: Collection<Member>, things: Collection, data: Data) => {
    await members.find({ email: data.text, at: { $gte: new Date() }, $or: [{ memberId: { $in: [data.text] } }] });
    await members.find({ 'address.lines.text': /a/, more: { $exists: true } });
    await things.find({ name: data.text, 'a.b': { $gte: 1 }, $or: [{ list: { $in: [data.text, null] } }] });
    const filter: Filter<Member> = { email: 'a' };
    await members.find({ ...filter, memberId: 'b' });
    // @ts-expect-error all of it
    await members.find(data);
    // @ts-expect-error a part of it, made anew
    await members.find({ ...data.record });
    // @ts-expect-error unknown
    await members.deleteMany(data.unknown);
    // @ts-expect-error a record
    await members.deleteMany(data.record);
    // @ts-expect-error unknown in a field
    await members.findOne({ email: data.unknown });
    // @ts-expect-error unknown in a field that is unknown itself
    await members.findOne({ more: data.unknown });
    // @ts-expect-error unknown under a path
    await members.updateOne({ 'address.city': data.unknown }, { $set: { email: 'b' } });
    // @ts-expect-error what may be undefined (8)
    await members.findOne({ email: data.maybe });
    // @ts-expect-error a Map (8)
    await members.countDocuments(new Map([['email', 'a']]));
    // @ts-expect-error a record, of any document
    await things.deleteMany(data.record);
    // @ts-expect-error unknown, of any document
    await things.deleteMany({ name: data.unknown });
    // @ts-expect-error what may be undefined, of any document (8)
    await things.deleteMany({ name: data.maybe });
    // @ts-expect-error a Map, of any document (8)
    await things.deleteMany(new Map([['email', 'a']]));
  };
  expect(checked).toBeInstanceOf(Function);
});

test('rejected() carries its reason', () => {
  expect(rejected('out-of-stock')).toBeInstanceOf(Rejected);
  expect(rejected('out-of-stock').reason).toBe('out-of-stock');
});

test('the types of an event file are those of its schema and its declarations', () => {
  const base = {
    type: 'parcel.sent',
    summary: 'An order',
    data: z.strictObject({ parcelId: z.string(), pieces: z.int() }),
    collections: { jobs: {} },
    projections: { top: { kind: 'sorted-set' } },
  } as const;
  const example = { parcelId: 'a', pieces: 1 };

  const definition = defineEvent({
    ...base,
    example,
    orderedBy: (data) => data.parcelId,
    async handle({ data }, context) {
      data.pieces satisfies number;
      // @ts-expect-error a field that the schema does not have
      data.quantity;
      // @ts-expect-error a field of another type
      data.parcelId satisfies number;
      return () => {
        // @ts-expect-error a collection that is not declared
        context.collection('parts');
        // @ts-expect-error a projection that is not declared
        context.project('turnover');
      };
    },
  });
  definition.type satisfies 'parcel.sent';
  // @ts-expect-error another type
  definition.type satisfies 'parcel.paid';
  // @ts-expect-error an example that does not fit the schema
  defineEvent({ ...base, example: { parcelId: 1, pieces: 1 }, async handle() {} });
  // @ts-expect-error an order by a number
  defineEvent({ ...base, example, orderedBy: ({ pieces }) => pieces, async handle() {} });

  const keeps = () =>
    defineEvent({
      ...base,
      example,
      // @ts-expect-error an option that projections do not have
      projections: { top: { kind: 'set', keepDay: 4 } },
      async handle() {},
    });
  const uniques = () =>
    defineEvent({
      ...base,
      example,
      // @ts-expect-error an option that collections do not have
      collections: { jobs: { uniq: [['a']] } },
      async handle() {},
    });
  for (const wrong of [keeps, uniques]) expect(wrong).toThrow(/is not an option/);

  defineEvent({
    ...base,
    example,
    async handleBatch(events, context) {
      events satisfies readonly Event<{ parcelId: string; pieces: number }>[];
      context satisfies BatchContext<'jobs', 'top'>;
      // @ts-expect-error a batch has no attempt of its own
      context satisfies Context<'jobs', 'top'>;
      return undefined;
    },
  });
  expect(definition.type).toBe('parcel.sent');
});
