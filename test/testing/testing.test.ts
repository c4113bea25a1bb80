import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DuplicateKeyError, defineEvent, PermanentError, rejected } from '#sluice';
import { type Handled, testing } from '#sluice/testing';
import { TimeoutError } from '../../lib/core/errors.ts';
import { type BatchContext, type Context, type Event, RetryLaterError } from '../../lib/sdk/sluice.ts';
import faultSeen from '../support/events/fault.seen.ts';
import jobMoved from '../support/events/job.moved.ts';
import jobRun from '../support/events/job.run.ts';

const base = {
  summary: 'A type of these tests',
  data: z.strictObject({ name: z.string(), number: z.int().default(1) }),
  example: { name: 'a' },
  collections: { effects: { unique: [['name']] } },
  projections: { seen: { kind: 'counter' } },
} as const;
type Data = z.output<typeof base.data>;

/** What the event types below do; a test says it for itself. */
let handler: (event: Event<Data>, context: Context) => Promise<unknown>;
let batchHandler: (events: readonly Event<Data>[], context: BatchContext) => Promise<readonly unknown[] | undefined>;
const single = defineEvent({ ...base, type: 'test.single', handle: (event, context) => handler(event, context) });
const patient = defineEvent({
  ...base,
  type: 'test.patient',
  retry: { attempts: 100 },
  handle: (event, context) => handler(event, context),
});
const together = defineEvent({
  ...base,
  type: 'test.together',
  handleBatch: (events, context) => batchHandler(events, context),
});

const world = testing([single, patient, together, jobRun, jobMoved, faultSeen]);
afterAll(world.close);

const leavesAnEffect = async ({ data }: Event<Data>, context: Context) => {
  await context.collection('effects').insertOne({ ...data });
  context.project('seen').incrby('all', data.number);
  context.log.info('seen', { name: data.name });
  return data;
};

describe('one event', () => {
  test('runs as it does when it is deployed: result, documents, projections and log can be looked at', async () => {
    handler = leavesAnEffect;
    const tenant = world.tenant();
    const data = { name: 'a', number: 1 };
    expect(await tenant.handle(single, { data: { name: 'a' } })).toEqual({ outcome: 'succeeded', result: data });
    expect(await tenant.find('effects')).toEqual([data]);
    expect(await tenant.redis.counter('seen', 'all')).toBe(1);
    expect(tenant.log).toEqual([{ level: 'info', message: 'seen', details: { name: 'a' } }]);
  });

  test.each<[string, (context: Context, data: Data) => Promise<unknown>]>([
    ['insertOne', (context, data) => context.collection('effects').insertOne(data)],
    ['insertMany', (context, data) => context.collection('effects').insertMany([{ name: 'free' }, data])],
    ['bulkWrite', (context, document) => context.collection('effects').bulkWrite([{ insertOne: { document } }])],
  ])('hears by which fields another document is the same, of %s', async (_, write) => {
    const tenant = world.tenant();
    await tenant.insert('effects', [{ name: 'a' }]);
    handler = async ({ data }, context) => {
      try {
        await write(context, { ...data });
      } catch (error) {
        if (error instanceof DuplicateKeyError) return rejected(`taken: ${error.fields.join()}`);
        throw error;
      }
    };
    expect(await tenant.handle(single, { data: { name: 'a' } })).toEqual({
      outcome: 'rejected',
      reason: 'taken: name',
    });
  });

  test('has what was given, and what ingest gives to one that was sent without', async () => {
    const seen: Event[] = [];
    handler = async (event) => void seen.push(event);
    const given = {
      id: 'one',
      source: '/probe',
      subject: 'this',
      time: '2026-11-20T10:00:00Z',
      recordedtime: '2026-11-20T10:00:01.000Z',
      extensions: { partitionkey: 'p', sequence: 3 },
      data: { name: 'a', number: 2 },
    };
    const tenant = world.tenant();
    await tenant.handle(single, given);
    await tenant.handle(single, { data: { name: 'b' } });
    const times = { happenedAt: new Date(given.time), recordedAt: new Date(given.recordedtime) };
    expect(seen[0]).toEqual({ ...given, ...times, type: 'test.single' });
    expect(seen[1]).toMatchObject({ source: expect.stringMatching(/^\/tenants\/t-/), extensions: {} });
    expect(seen[1]?.time).toBe(seen[1]?.recordedtime);
    expect(seen[1]?.id).toHaveLength(36);
  });

  test('that ingest would refuse is the mistake of the test, which hears of it', async () => {
    const tenant = world.tenant();
    // @ts-expect-error a wrong field does not compile
    await expect(tenant.handle(single, { data: { name: 'a', colour: 'red' } })).rejects.toThrow('colour');
    // @ts-expect-error nor does a missing one
    await expect(tenant.handle(single, { data: {} })).rejects.toThrow('name');
    await expect(tenant.handle(single, { data: { name: 'a' }, id: '' })).rejects.toThrow('id');
  });

  test('that is rejected, and one that throws, leave nothing', async () => {
    const tenant = world.tenant();
    const permanent = new PermanentError('broken');
    const answers = [() => rejected('full'), () => Promise.reject(permanent), () => Promise.reject(new Error('once'))];
    const handled = [];
    for (const answer of answers) {
      handler = async (event, context) => {
        await leavesAnEffect(event, context);
        return answer();
      };
      handled.push(await tenant.handle(single, { data: { name: 'a' } }));
    }
    expect(handled).toEqual([
      { outcome: 'rejected', reason: 'full' },
      { outcome: 'thrown', kind: 'permanent', error: permanent, attempts: 1, counted: true, nextAt: undefined },
      {
        ...{ outcome: 'thrown', kind: 'error', error: new Error('once'), attempts: 1, counted: true },
        nextAt: expect.any(Date),
      },
    ]);
    expect(await tenant.find('effects')).toEqual([]);
    expect(await tenant.redis.counter('seen', 'all')).toBe(0);
  });

  test('with the same id again is another delivery of it: no second effect, and the same outcome', async () => {
    handler = leavesAnEffect;
    const tenant = world.tenant();
    const event = { id: 'one', data: { name: 'a' } };
    const first = await tenant.handle(single, event);
    expect(await tenant.handle(single, event)).toEqual(first);
    expect(await tenant.redis.counter('seen', 'all')).toBe(1);
    const other = await tenant.handle(single, { ...event, data: { name: 'b' } });
    expect(other).toMatchObject({ outcome: 'thrown', kind: 'refused', error: undefined, counted: false });
  });

  test('is at the attempt that is said, or that its deliveries come to; all have one idempotency key', async () => {
    const seen: unknown[] = [];
    const keys = new Set<string>();
    handler = async (_, { attempt, idempotencyKey }) => {
      seen.push(attempt);
      keys.add(idempotencyKey);
      throw new RetryLaterError(30);
    };
    const tenant = world.tenant();
    const event = { id: 'one', data: { name: 'a' } };
    for (const _ of [1, 2]) await tenant.handle(single, event);
    const handled = await tenant.handle(single, event, { attempt: 4 });
    expect(handled).toMatchObject({ outcome: 'thrown', kind: 'error', error: { seconds: 30 } });
    expect(seen).toEqual([1, 2, 4]);
    expect([...keys]).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    await tenant.handle(single, { data: { name: 'a' } });
    expect(keys.size).toBe(2);
    await expect(tenant.handle(single, event, { attempt: 6 })).rejects.toThrow('test.single has no attempt 6');
  });

  test('is at any attempt that its type has, the records of which hold the last 50', async () => {
    const tenant = world.tenant();
    handler = async (_, { attempt }) => ({ attempt });
    const event = { data: { name: 'a' } };
    expect(await tenant.handle(patient, event, { attempt: 60 })).toMatchObject({ result: { attempt: 60 } });
  });

  test('that came in long ago is as young as any other on its queue, as a replay is', async () => {
    const tenant = world.tenant();
    handler = () => Promise.reject(new Error('not yet'));
    const event = { data: { name: 'a' }, recordedtime: '2026-01-23T12:00:00.000Z' };
    expect(await tenant.handle(single, event)).toMatchObject({ attempts: 1, nextAt: expect.any(Date) });
  });

  test('that comes back says when, at which attempt, and whether this one counted; one that does not says no time', async () => {
    const tenant = world.tenant();
    const event = { id: 'one', data: { name: 'a' } };
    const secondsUntil = (handled: Handled) =>
      'nextAt' in handled && handled.nextAt ? Math.round((handled.nextAt.getTime() - Date.now()) / 1000) : undefined;
    handler = () => Promise.reject(new RetryLaterError(39_600, 'closed', { counts: false }));
    const free = await tenant.handle(single, event);
    expect(free).toMatchObject({ attempts: 0, counted: false });
    expect(secondsUntil(free)).toBeGreaterThan(39_000);

    handler = () => Promise.reject(new RetryLaterError(60));
    const counted = await tenant.handle(single, event);
    expect(counted).toMatchObject({ attempts: 1, counted: true });
    // Counted from the time of the run, which is when the free wait was over.
    expect(secondsUntil(counted)).toBeGreaterThan(39_060);

    const last = await tenant.handle(single, event, { attempt: 5 });
    expect(last).toMatchObject({ attempts: 5, counted: true, nextAt: undefined });
  });

  test('whose time is up ends there, with its signal aborted', async () => {
    const end = new AbortController();
    let reason: unknown;
    handler = (event, context) =>
      new Promise((_, reject) => {
        context.signal.addEventListener('abort', () => {
          reason = context.signal.reason;
          reject(reason);
        });
        void leavesAnEffect(event, context).then(() => end.abort());
      });
    const tenant = world.tenant();
    const handled = await tenant.handle(single, { data: { name: 'a' } }, { timeUp: end.signal });
    expect(reason).toBeInstanceOf(TimeoutError);
    expect(handled).toMatchObject({ outcome: 'thrown', kind: 'error', error: reason });
    expect(await tenant.find('effects')).toEqual([]);
  });

  test('that has expired does not run', async () => {
    handler = leavesAnEffect;
    const expired = { data: { name: 'a' }, extensions: { expirytime: '2020-01-01T00:00:00Z' } };
    expect(await world.tenant().handle(single, expired)).toEqual({ outcome: 'expired' });
  });
});

describe('a batch', () => {
  const names = (...all: string[]) => all.map((name) => ({ data: { name } }));

  test('runs in one transaction, with projections and an idempotency key for each event', async () => {
    const keys: string[] = [];
    batchHandler = async (events, context) => {
      await context.collection('effects').insertMany(events.map(({ data }) => ({ ...data })));
      for (const event of events) {
        context.project('seen', event).incrby('all', 1);
        keys.push(context.idempotencyKey(event));
      }
      return events.map(({ data }) => data.name);
    };
    const tenant = world.tenant();
    const handled = await tenant.handleBatch(together, names('a', 'b'));
    expect(handled.map((one) => 'result' in one && one.result)).toEqual(['a', 'b']);
    expect(await tenant.redis.counter('seen', 'all')).toBe(2);
    expect(await tenant.find('effects', { sort: '-name' })).toMatchObject([{ name: 'b' }, { name: 'a' }]);
    expect(await tenant.find('effects', { filter: { name: 'b' } })).toHaveLength(1);
    expect(new Set(keys).size).toBe(2);
  });

  test('of which one throws runs again one by one: each has an outcome of its own', async () => {
    batchHandler = async (events, context) => {
      await context.collection('effects').insertMany(events.map(({ data }) => ({ ...data })));
      if (events.some(({ data }) => data.name === 'bad')) throw new PermanentError('bad');
      return undefined;
    };
    const tenant = world.tenant();
    expect(await tenant.handleBatch(together, names('a', 'bad', 'c'))).toEqual([
      { outcome: 'succeeded', result: undefined },
      {
        ...{ outcome: 'thrown', kind: 'permanent', error: new PermanentError('bad') },
        ...{ attempts: 1, counted: true, nextAt: undefined },
      },
      { outcome: 'succeeded', result: undefined },
    ]);
    expect(await tenant.find('effects', { sort: 'name' })).toMatchObject([{ name: 'a' }, { name: 'c' }]);
  });

  test('of which one is rejected keeps nothing of it: the others run again without it, and settle with it', async () => {
    const batches: string[][] = [];
    batchHandler = async (events, context) => {
      batches.push(events.map(({ data }) => data.name));
      await context.collection('effects').insertMany(events.map(({ data }) => ({ ...data })));
      for (const event of events) context.project('seen', event).incrby('all', 1);
      return events.map(({ data }) => (data.name.startsWith('no') ? rejected(data.name) : data.name));
    };
    const tenant = world.tenant();
    expect(await tenant.handleBatch(together, names('a', 'no-1', 'b', 'no-2'))).toEqual([
      { outcome: 'succeeded', result: 'a' },
      { outcome: 'rejected', reason: 'no-1' },
      { outcome: 'succeeded', result: 'b' },
      { outcome: 'rejected', reason: 'no-2' },
    ]);
    expect(batches).toEqual([
      ['a', 'no-1', 'b', 'no-2'],
      ['a', 'b'],
    ]);
    expect(await tenant.find('effects', { sort: 'name' })).toMatchObject([{ name: 'a' }, { name: 'b' }]);
    expect(await tenant.redis.counter('seen', 'all')).toBe(2);

    expect(await tenant.handleBatch(together, names('no-3', 'no-4'))).toMatchObject([{ reason: 'no-3' }, {}]);
    expect(await tenant.find('effects')).toHaveLength(2);
  });

  test('of which one is rejected runs once where nothing was written', async () => {
    let runs = 0;
    batchHandler = async (events, context) => {
      runs++;
      await context.collection('effects').countDocuments({});
      return events.map(({ data }) => (data.name === 'no' ? rejected('no') : undefined));
    };
    const handled = await world.tenant().handleBatch(together, names('a', 'no'));
    expect([runs, handled.map(({ outcome }) => outcome)]).toEqual([1, ['succeeded', 'rejected']]);
  });

  test('of which one is rejected after a write that failed runs one by one, since nobody knows whose it was', async () => {
    batchHandler = (events, context) =>
      Promise.all(
        events.map(({ data }) =>
          context
            .collection('effects')
            .insertOne({ name: data.name === 'c' ? 'a' : data.name })
            .then(
              () => data.name,
              () => rejected('taken'),
            ),
        ),
      );
    const tenant = world.tenant();
    const handled = await tenant.handleBatch(together, names('a', 'c', 'd'));
    expect(handled.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(2);
    expect(await tenant.find('effects')).toHaveLength(2);
  });

  test('with one id and two payloads: one is the event, the other a failure', async () => {
    batchHandler = async () => undefined;
    const event = (name: string) => ({ id: 'one', data: { name } });
    const handled = await world.tenant().handleBatch(together, [event('a'), event('b')]);
    expect(handled.map((one) => ('kind' in one ? one.kind : one.outcome)).toSorted()).toEqual(['refused', 'succeeded']);
  });

  test('gives no idempotency key to an event that is none of it', async () => {
    batchHandler = async ([event], context) => [event && context.idempotencyKey({ ...event })];
    const [handled] = await world.tenant().handleBatch(together, names('a'));
    expect(handled).toMatchObject({ kind: 'permanent', error: { code: 'idempotency-key-misused' } });
  });

  test('of an ordered type stops at the first of a group that comes back', async () => {
    const tenant = world.tenant();
    const known = { ...jobRun.example, jobId: '11111111-64b3-4c8a-8f15-2e0b9a7c4d33' };
    await tenant.handle(jobRun, { data: known });
    const moved = (jobId: string, place: 'checked' | 'packed') => ({ data: { jobId, place } });
    const { jobId } = jobMoved.example;
    const handled = await tenant.handleBatch(jobMoved, [
      moved(jobId, 'checked'),
      moved(known.jobId, 'checked'),
      moved(jobId, 'packed'),
      moved(known.jobId, 'packed'),
    ]);
    expect(handled.map(({ outcome }) => outcome)).toEqual(['thrown', 'succeeded', 'waiting', 'succeeded']);
    expect(await tenant.redis.set('jobs-at', 'packed')).toEqual([known.jobId]);
  });
});

describe('a world', () => {
  test('has tenants that see nothing of each other', async () => {
    const [one, other] = [world.tenant(), world.tenant()];
    await one.insert('machines', [{ machine: 'press', state: 'full' }]);
    expect(await one.handle(jobRun, { data: jobRun.example })).toEqual({
      outcome: 'rejected',
      reason: 'machine-full:press',
    });
    expect(await other.handle(jobRun, { data: jobRun.example })).toMatchObject({ outcome: 'succeeded' });
    expect(await one.find('jobs')).toEqual([]);
    expect(await one.redis.sortedSet('busiest-machines', 'all-time')).toEqual([]);
    expect(await other.redis.sortedSet('busiest-machines', 'all-time')).toEqual([{ member: 'press', score: 2 }]);
    await other.handle(faultSeen, { data: faultSeen.example });
    expect(await one.find('faults')).toEqual([]);
    expect(one.log).toEqual([]);
  });

  test('knows what its event types declare, and nothing else', async () => {
    const tenant = world.tenant();
    const copy = { ...single };
    await expect(tenant.handle(copy, { data: { name: 'a' } })).rejects.toThrow('not given the definition test.single');
    await expect(tenant.find('effect')).rejects.toThrow('declares the collection effect; known: faults, jobs');
    await expect(tenant.redis.counter('unseen', 'all')).rejects.toThrow('no event type declares the projection unseen');
  });

  test('says of a document that a test may not put there why, and where', async () => {
    const { insert } = world.tenant();
    await expect(insert('effects', [{ number: 1 }])).rejects.toThrow('effects: a document must have every field that');
    const twice = insert('effects', [{ name: 'a' }, { name: 'a' }]);
    await expect(twice).rejects.toThrow('effects: another document has the same name');
  });

  test('may be disposed of where no hook is, before its first use too', async () => {
    await using unused = testing([single]);
    expect(unused.tenant().log).toEqual([]);
  });
});
