import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { TransientError } from '../../../lib/core/errors.ts';
import { viewOfFailure } from '../../../lib/failures/view.ts';
import { viewOfRecord } from '../../../lib/results/view.ts';
import type { Context } from '../../../lib/sdk/context.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { PermanentError, RetryLaterError } from '../../../lib/sdk/errors.ts';
import type { Event } from '../../../lib/sdk/event.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { rejected } from '../../../lib/sdk/result.ts';
import { createLogger } from '../../../lib/wiring/logger.ts';
import { hostileValues } from '../../support/hostile-values.ts';
import { memoryConsumer } from '../../support/memory-consumer.ts';

const ATTEMPTS = 3;
const typeHandledBy = (handle: (event: Event<unknown>, context: Context) => Promise<unknown>) =>
  defineEvent({
    type: 'test.happened',
    summary: 'A type of the tests',
    data: z.unknown(),
    example: {},
    collections: { effects: {} },
    projections: { seen: { kind: 'counter' } },
    retry: { attempts: ATTEMPTS, base: 2, cap: 60 },
    handle: (event, context) => handle(event, context as Context),
  });

const trap = () => {
  throw new Error('trap');
};
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
const round = Object.assign(new Error('round'), { cause: cyclic as unknown });
round.cause = round;
const chain = Array.from({ length: 20_000 }).reduce<Error>((cause) => new Error('link', { cause }), new Error('end'));
/** As builders of queries are: they run when somebody waits for them. */
const lazyQuery = Object.defineProperty({ table: 'effects' }, 'then', { value: () => undefined });
const revoked = Proxy.revocable([], {});
revoked.revoke();

const oddities: readonly unknown[] = [
  new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap, has: trap, getOwnPropertyDescriptor: trap }),
  new Proxy(new Error('x'), { get: trap }),
  revoked.proxy,
  Object.freeze(new Error('frozen')),
  cyclic,
  round,
  chain,
  'x'.repeat(3e6),
  new Error('. '.repeat(1e6)),
  2n ** 200_000n,
  Symbol('s'),
  trap,
  { toString: trap, toJSON: trap, [Symbol.toPrimitive]: trap },
  Object.assign(new Error('x'), { message: undefined, code: { a: 1 }, stack: ['a'], name: null, cause: cyclic }),
  Object.defineProperties(new Error('x'), {
    message: { get: trap },
    code: { get: trap },
    stack: { get: trap },
    cause: { get: trap },
  }),
  new AggregateError(new Array(1e5).fill(new Error('inner')), 'all'),
  Object.assign(new AggregateError([], 'odd'), { errors: revoked.proxy }),
  Array.from({ length: 5000 }).reduce<unknown>((inner) => [inner], []),
  new Map([[{}, 1]]),
  ...hostileValues({ count: 0 })
    .filter(([name]) => !name.startsWith('a length'))
    .map(([, make]) => make()),
];
/** In boxes, because fast-check looks at what it generates. */
interface Box {
  value: unknown;
}
const boxed = (value: unknown): Box => ({ value });
const anything = fc.oneof(
  fc
    .anything({
      withBigInt: true,
      withMap: true,
      withSet: true,
      withDate: true,
      withNullPrototype: true,
      withTypedArray: true,
    })
    .map(boxed),
  fc
    .record({ message: fc.anything(), code: fc.anything(), stack: fc.anything(), cause: fc.anything() })
    .map((members) => boxed(Object.assign(new Error('x'), members))),
);

/** Each of the oddities, and the rest at random. */
const numRuns = oddities.length + 30;
const examples = oddities.map((value): [Box] => [boxed(value)]);

const LINE = 20_000;
const lines: string[] = [];
let log: Log;
beforeEach(() => {
  // Only now: a file before this one may have silenced the logs until its last test was over.
  log = createLogger('consume');
  lines.length = 0;
  const keep = (line: unknown) => lines.push(String(line)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));

/** A consumer whose handler of the event `one` is this, and of each other a good one; and how often it ran. */
function world(act: (event: Event<unknown>, context: Context) => unknown) {
  const ran: string[] = [];
  const definition = typeHandledBy(async (event, context) => {
    ran.push(event.id);
    return event.id === 'one' ? await act(event, context) : { good: true };
  });
  const consumer = memoryConsumer(definition, log);
  return { ...consumer, runs: () => ran.filter((id) => id === 'one').length };
}

describe('whatever a handler does (protocol: described-once)', () => {
  test('entry 1, entry 2: what it throws costs one attempt a run and is one failure, beside neighbours that it does not touch', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async ({ value: thrown }) => {
        const { consume, message, runs, recordOf, readLetters, letters, failures } = world(() => {
          throw thrown;
        });
        const [bad, good] = [message('one', {}), message('two', {})];
        expect(await consume([bad, good])).toEqual(['one']);
        for (let receives = 2; receives <= ATTEMPTS; receives++) await consume([bad], receives);
        // Once more jointly, which counts for nothing.
        expect(runs()).toBe(1 + ATTEMPTS);
        expect(recordOf(bad)).toMatchObject({ state: 'failing', attempts: { length: ATTEMPTS } });
        expect(recordOf(good)).toMatchObject({ state: 'succeeded', result: '{"good":true}' });
        expect(letters()).toHaveLength(1);
        expect(longest(letters())).toBeLessThan(10_000);
        await readLetters();
        expect([...failures.values()]).toMatchObject([{ cause: 'attempts-exhausted', attempts: { length: ATTEMPTS } }]);
        for (const failure of failures.values())
          expect(JSON.stringify(viewOfFailure(failure)).length).toBeLessThan(10_000);
        expect(longest(lines)).toBeLessThan(LINE);
      }),
      { numRuns, examples },
    );
  });

  test('entry 5: what it returns is kept as JSON within its bounds, or is an attempt, or a failure at once', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async ({ value: result }) => {
        const { consume, message, runs, recordOf } = world(() => result);
        const [bad, good] = [message('one', {}), message('two', {})];
        await consume([bad, good]);
        expect(recordOf(good)).toMatchObject({ state: 'succeeded' });
        const record = recordOf(bad);
        expect(record?.attempts).toHaveLength(1);
        // What is no result ends the joint run, and is an attempt where it runs alone; some are a result when they are looked at again.
        expect(runs()).toBeLessThanOrEqual(2);
        if (record?.state !== 'succeeded') expect(runs()).toBe(2);
        // What cannot even be waited for has thrown.
        if (record?.state === 'retrying' || record?.state === 'failing') return;
        expect(record?.state).toBe('succeeded');
        expect(record?.result?.length ?? 0).toBeLessThan(1_100_000);
        if (record) expect(() => viewOfRecord(record)).not.toThrow();
      }),
      { numRuns, examples },
    );
  });

  test('entry 5: what it gives as a reason is a text within its bound, or a failure at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anything, fc.string({ unit: 'binary' }).map(boxed)),
        fc.boolean(),
        async ({ value: reason }, throwing) => {
          const { consume, message, recordOf } = world(() => {
            const no = rejected(reason as string);
            if (throwing) throw no;
            return no;
          });
          const bad = message('one', {});
          await consume([bad]);
          const record = recordOf(bad);
          expect(record?.attempts).toHaveLength(1);
          if (record?.state === 'failing') expect(record.attempts[0]?.error?.code).toBe('invalid-rejection');
          else
            expect(record).toMatchObject({
              state: 'rejected',
              rejection: { reason: expect.stringMatching(/^.{1,1000}$/su) },
            });
        },
      ),
      { numRuns, examples: examples.map(([box], index): [Box, boolean] => [box, index % 2 === 0]) },
    );
  });

  test('entry 4: what it logs is a line within its bound, and costs nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async ({ value: details }) => {
        lines.length = 0;
        const { consume, message, recordOf } = world((_, context) => {
          context.log.warn('said', details as Record<string, unknown>);
          context.log.warn(details as string, { details, error: details });
        });
        const sent = message('one', {});
        await consume([sent]);
        expect(recordOf(sent)).toMatchObject({ state: 'succeeded' });
        // Its own two, and that the event is settled.
        expect(lines).toHaveLength(3);
        const own = { event_id: 'one', attempt: 1 };
        expect(lines.map((line) => JSON.parse(line))).toMatchObject([own, own, { event_id: 'one', attempts: 1 }]);
        expect(longest(lines)).toBeLessThan(LINE);
      }),
      { numRuns, examples },
    );
  });
});

describe('entry 5: what a handler says no with', () => {
  const outcome = async (act: () => unknown) => {
    const { consume, message, recordOf } = world(act);
    const sent = message('one', {});
    await consume([sent]);
    return recordOf(sent);
  };

  test.each([undefined, null, '', 5, 'x'.repeat(1001), 'a\u0000b', '. '.repeat(3.5e6)])(
    'no reason: %o',
    async (reason) => {
      expect(await outcome(() => rejected(reason as string))).toMatchObject({
        state: 'failing',
        lastWord: { cause: 'permanent' },
        attempts: [{ error: { code: 'invalid-rejection' } }],
      });
    },
  );

  test('thrown it counts as returned', async () => {
    const thrown = await outcome(() => {
      throw rejected('sold-out');
    });
    expect(thrown).toMatchObject({ state: 'rejected', rejection: { reason: 'sold-out' } });
  });

  test.each<[string, unknown]>([
    ['an error', new Error('x')],
    ['an error with a member', Object.assign(new Error('x'), { code: 'E' })],
    ['an error within', { failed: [new Error('x')] }],
    ['a promise within', { later: Promise.resolve(1) }],
    ['a map', new Map()],
    ['an iterator', [1].values()],
    ['what a class hides', { weak: new WeakRef({}) }],
    ['a pattern within', { seen: /x/ }],
    ['a rejection within', [rejected('sold-out')]],
    ['what stands for a rejection', new Proxy(rejected('sold-out'), {})],
    ['a thenable within', [lazyQuery]],
    ['an error within that JSON is told of', { failed: Object.assign(new Error('x'), { toJSON: () => ({}) }) }],
    ['an error of another realm with a member', runInNewContext("Object.assign(new Error('x'), { code: 'E' })")],
    ['a promise of another realm with a member', [runInNewContext('Object.assign(Promise.resolve(), { code: 1 })')]],
    ['a map of another realm with a member', [runInNewContext('Object.assign(new Map(), { code: 1 })')]],
    ['a list without end', new Proxy([], { get: (_, name) => (name === 'length' ? Number.POSITIVE_INFINITY : 1) })],
    ['a list of which nothing is set', new Array(4_294_967_295)],
    ['a million numbers', Array.from({ length: 1e6 }, (_, index) => index)],
    ['many bytes', Buffer.alloc(3e7)],
    ['a bigint', 1n],
    ['a function', trap],
    ['a cycle', cyclic],
    ['too many bytes', 'x'.repeat(1_048_577)],
    ['too many levels', JSON.parse(`${'['.repeat(66)}${']'.repeat(66)}`)],
  ])('%s is no result', async (_, result) => {
    expect(await outcome(() => result)).toMatchObject({
      lastWord: { cause: 'permanent' },
      attempts: [{ error: { code: 'invalid-result' } }],
    });
  });

  test('a plain object of another realm is one, as is what JSON is told', async () => {
    const result = { plain: runInNewContext('({ inner: {}, list: [] })'), at: new Date(0) };
    expect(await outcome(() => result)).toMatchObject({
      state: 'succeeded',
      result: '{"plain":{"inner":{},"list":[]},"at":"1970-01-01T00:00:00.000Z"}',
    });
  });

  test('of what is too large no more is read than has room', async () => {
    let reads = 0;
    const listOf = (length: number) => new Proxy([], { get: (_, name) => (name === 'length' ? length : textRead()) });
    const textRead = () => {
      reads++;
      return 'x'.repeat(1000);
    };
    const members = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`k${index}`, { get: textRead, enumerable: true }]),
    );
    const results: [object, number][] = [
      // Whether it is a promise, and has a toJSON.
      [listOf(1e8), 10],
      [listOf(50_000), 1100],
      [Object.defineProperties({}, members), 1100],
    ];
    for (const [result, most] of results) {
      expect(await outcome(() => result)).toMatchObject({ attempts: [{ error: { code: 'invalid-result' } }] });
      expect(reads).toBeLessThanOrEqual(most);
      reads = 0;
    }
  });

  test('an error is a failure at once, or comes back, as it asked, whatever else it holds', async () => {
    const odd = (error: Error) => Object.assign(error, { cause: error, own: error });
    const { consume, message, recordOf } = world(() => {
      throw odd(new PermanentError('not for us', { code: 'no' }));
    });
    const sent = message('one', {});
    expect(await consume([sent])).toEqual([]);
    expect(recordOf(sent)).toMatchObject({
      state: 'failing',
      attempts: [{ error: { code: 'no', message: 'not for us', forSender: true } }],
    });
    const later = world(() => {
      throw odd(new RetryLaterError(9, { counts: false }));
    });
    await later.consume([sent]);
    expect(later.recordOf(sent)).toMatchObject({ state: 'retrying', attempts: [] });
  });
});

describe('entry 6: what was sent is what is stored (protocol: own-copy)', () => {
  test('each run has a copy of its own, whatever a handler did to the one before', async () => {
    const seen: unknown[] = [];
    const { consume, message, recordOf, letters } = world((event) => {
      const data = event.data as { count: number; items: unknown[] };
      seen.push(structuredClone(data));
      data.count++;
      data.items.push('grown');
      Object.assign(event.extensions, { mine: 'x' });
      throw new Error('once more');
    });
    const data = { count: 0, items: [] };
    const sent = message('one', data);
    for (let receives = 1; receives <= ATTEMPTS; receives++) await consume([sent], receives);
    expect(seen).toEqual(Array.from({ length: ATTEMPTS }, () => ({ count: 0, items: [] })));
    expect(recordOf(sent)).toMatchObject({ data: '{"count":0,"items":[]}', extensions: '{}' });
    expect(letters()[0]).toContain('"data":{"count":0,"items":[]}');
  });

  test('a run that is repeated after a conflict begins where the first began', async () => {
    const seen: unknown[] = [];
    const { consume, message } = world((event) => {
      const data = event.data as { count: number };
      seen.push(data.count++);
      if (seen.length < 3) throw new TransientError('they met');
    });
    await consume([message('one', { count: 0 })]);
    expect(seen).toEqual([0, 0, 0]);
  });
});

test('entry 4: what ends an event is logged when its record says so, not before', async () => {
  const order: unknown[] = [];
  const definition = typeHandledBy(async () => {
    throw new PermanentError('no');
  });
  const note = (message: string) => void order.push([message, recordOf(sent)?.state]);
  const { consume, message, recordOf } = memoryConsumer(definition, {
    debug: note,
    info: note,
    warn: note,
    error: note,
  });
  const sent = message('one', {});
  await consume([sent]);
  expect(order).toEqual([
    ['no attempt would help', 'failing'],
    ['to the dead letters', 'failing'],
  ]);
});

describe('entry 7: what a handler begins and does not wait for (protocol: late-use)', () => {
  test('is waited for where it was begun, and refused and said once where it comes too late', async () => {
    const late = Promise.withResolvers<void>();
    const codes: unknown[] = [];
    const { consume, message, recordOf } = world((_, context) => {
      const effects = context.collection('effects');
      for (const name of ['a', 'b'])
        void effects.insertOne({ name }).then(() => context.project('seen').incrby('all', 1));
      [1, 2].forEach(async (one) => {
        await late.promise;
        await effects.insertOne({ one }).catch((error: { code: string }) => codes.push(error.code));
        await context
          .collection('effects')
          .insertOne({ one })
          .catch((error: { code: string }) => codes.push(error.code));
        // Nobody waits for these either.
        effects.insertOne({ one });
        void context.redis.counter('seen', 'all');
      });
    });
    const sent = message('one', {});
    await consume([sent]);
    const commands = ['INCRBY', 'all', '1'];
    expect(JSON.parse(recordOf(sent)?.projections ?? '[]')).toEqual([
      { projection: 'seen', commands: [commands, commands] },
    ]);
    expect(recordOf(sent)).toMatchObject({ state: 'succeeded' });
    expect(lines.splice(0).map((line) => JSON.parse(line))).toMatchObject([{ message: 'settled' }]);
    late.resolve();
    await vi.waitFor(() => expect(codes).toEqual(Array(4).fill('transaction-over')));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'ERROR', code: 'transaction-over', event_id: 'one', attempt: 1 },
    ]);
  });
});
