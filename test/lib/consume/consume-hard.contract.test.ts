import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createConsumer } from '../../../lib/consume/consume.ts';
import type { ConsumePorts } from '../../../lib/consume/ports.ts';
import { DependencyError, TransientError } from '../../../lib/core/errors.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import type { Message } from '../../../lib/core/message.ts';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { rejected } from '../../../lib/sdk/result.ts';
import {
  consumerWorld,
  delivered,
  handledBy,
  handledTogetherBy,
  leavesAnEffect,
} from '../../support/consumer-world.ts';

const world = await consumerWorld();
const { message, consume, record, effects, seen, failures, readLetters, queue, ports } = world;
const own = (name: string) => `${name}-${world.run}`;
const keyOf = ({ tenant, source, id }: Message) => eventKey(tenant, source, id);
const succeeds = handledBy(leavesAnEffect);

const consumerOf = (definition: EventDefinition, other: Partial<ConsumePorts> = {}) =>
  createConsumer(
    { definition, schemaHash: message().schema, queueUrl: 'q', deadLetterUrl: 'd', runsAtOnce: 5 },
    { ...ports, ...other },
  );

describe('time', () => {
  test('a batch that fails together at the end of its time still runs event by event', async () => {
    const batch = [message({ tenant: own('late') }), message({ tenant: own('late') })];
    let left = 90_000;
    const failsLate = handledTogetherBy(async (events) => {
      if (events.length > 1) left -= 40_000;
      throw new Error('no good');
    });
    await consumerOf(failsLate)(
      batch.map((one) => delivered(one)),
      () => left,
    );
    for (const one of batch) expect(await record(one)).toMatchObject({ attempts: [{ outcome: 'error' }] });
  });

  test('whatever hangs, the answer goes out in time, and no start mark is left that could count as a crash (protocol: answer-before-the-end)', async () => {
    const sent = message();
    const never = () => new Promise<never>(() => undefined);
    const hangs: Partial<ConsumePorts> = {
      records: {
        ...ports.records,
        begin: (...args) => ({ ...ports.records.begin(...args), settle: never, abort: never }),
        withdraw: never,
      },
      // Twenty times as fast as time.
      clock: { ...ports.clock, sleep: (ms, signal) => ports.clock.sleep(ms / 20, signal) },
    };
    const only = delivered(sent, { receives: 2 });
    const answer = await consumerOf(
      handledBy(async () => 'done'),
      hangs,
    )([only], () => 47_000);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: only.messageId }] });
    const [run = ''] = Object.keys((await record(sent))?.starts ?? {});
    expect(await ports.results.voidedMarks([{ key: keyOf(sent), run }])).toEqual(new Set([`${keyOf(sent)} ${run}`]));
  });

  test('bodies that are none of ours leave in one call, and cost their neighbours nothing', async () => {
    let calls = 0;
    const publisher: ConsumePorts['publisher'] = {
      publish: (publications, deadline) => {
        calls++;
        return queue.publish(publications, deadline);
      },
    };
    const records = ['one', 'two', 'three'].map((body) => delivered(body));
    expect(await consume(succeeds, [...records, delivered(message())], { publisher })).toEqual([]);
    expect(calls).toBe(1);
    await readLetters();
  });
});

describe('order', () => {
  const ordered = handledBy(leavesAnEffect, { ordered: true });
  const pair = (tenant: string, head: Partial<Message> = {}) =>
    [
      message({ tenant: own(tenant), data: { name: 'head' }, ...head }),
      message({ tenant: own(tenant), data: { name: 'next' } }),
    ] as const;

  test('a follower does not overtake a head that waits for a newer consumer', async () => {
    const [head, next] = pair('waits', { data: { name: 'head', added: 1 }, schema: 'newer' });
    const records = [delivered(head, { group: 'g' }), delivered(next, { group: 'g' })];
    expect(await consume(ordered, records)).toEqual(records.map(({ messageId }) => messageId));
    expect(await record(next)).toBeNull();
    expect(queue.visibility.find(({ receiptHandle }) => receiptHandle === records[1]?.receiptHandle)?.seconds).toBe(0);
  });

  test('nor one whose start mark was refused', async () => {
    const [head, next] = pair('refused');
    const records: ConsumePorts['records'] = {
      ...ports.records,
      mark: async (marks) => new Set(marks.slice(0, 1).map(({ run }) => run)),
    };
    await consume(
      ordered,
      [delivered(head, { group: 'g', receives: 2 }), delivered(next, { group: 'g', receives: 2 })],
      { records },
    );
    expect(await effects(own('refused'))).toBe(0);
  });

  test('nor one whose letter was refused', async () => {
    const [head, next] = pair('letter', { data: { name: 7 } });
    queue.answers.push('refused');
    await consume(ordered, [delivered(head, { group: 'g' }), delivered(next, { group: 'g' })]);
    expect(await effects(own('letter'))).toBe(0);
  });

  test('events of another group go on', async () => {
    const [head, next] = pair('apart', { data: { name: 'head', added: 1 }, schema: 'newer' });
    await consume(ordered, [delivered(head, { group: 'g' }), delivered(next, { group: 'h' })]);
    expect(await effects(own('apart'))).toBe(1);
  });
});

test('two payloads and two replays of one id in one batch are no copies of each other', async () => {
  const first = message();
  const batch = [first, { ...first, fingerprint: 'B'.repeat(43) }, { ...first, replay: 1 }].map((one) =>
    delivered(one),
  );
  let runs = 0;
  const counts = handledBy(
    async () => {
      runs++;
    },
    { queue: { commit: 'each' } },
  );
  await consume(counts, batch);
  expect(runs).toBe(3);
  await readLetters();
  expect(await failures(first.tenant)).toMatchObject([{ cause: 'id-reused' }]);
});

describe('faults that stay', () => {
  test('a schema that throws is an attempt of its event and harms no neighbour', async () => {
    const [good, bad] = [message(), message({ data: { name: 'boom' } })];
    const explosive = z.strictObject({
      name: z.string().refine((name) => {
        if (name === 'boom') throw new Error('boom');
        return true;
      }),
    });
    const records = [good, bad].map((one) => delivered(one));
    const answer = await consumerOf({ ...succeeds, data: explosive })(records, () => 60_000);
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: records[1]?.messageId }]);
    expect(await effects(good.tenant)).toBe(1);
    expect(await record(bad)).toMatchObject({ attempts: [{ error: { message: 'boom' } }] });
  });

  test('an outcome that cannot be written is an attempt, and a failure in the end', async () => {
    const sent = message();
    const records: ConsumePorts['records'] = {
      ...ports.records,
      begin: (...args) => ({
        ...ports.records.begin(...args),
        settle: async () => Promise.reject(new Error('too large')),
      }),
    };
    const writesNothing = handledBy(async () => 'x');
    for (let receives = 1; receives <= 3; receives++)
      await consume(writesNothing, [delivered(sent, { receives })], { records });
    await readLetters();
    expect(await failures(sent.tenant)).toMatchObject([{ cause: 'attempts-exhausted', message: 'too large' }]);
  });

  test('a projection that is refused for good leaves effect and result; its record stays pending, its message goes (protocol: refused-for-good)', async () => {
    const sent = message();
    await ports.projections.apply(sent.tenant, 'other', [{ projection: 'seen', commands: [['SADD', 'all', 'x']] }]);
    for (let receives = 1; receives <= 2; receives++)
      expect(await consume(succeeds, [delivered(sent, { receives })])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', projected: false });
    expect(await effects(sent.tenant)).toBe(1);
    expect(await ports.results.read(keyOf(sent))).toMatchObject({ outcome: { outcome: 'succeeded' } });
  });

  test('what was applied beside a projection that is refused is not applied again when guards have ended, however late it is sent again', async () => {
    const sent = message();
    const counts = handledBy(async (_, context) => {
      for (const name of ['seen', 'others']) context.project(name).incrby('all', 1);
    });
    const both: EventDefinition = { ...counts, projections: { ...counts.projections, others: { kind: 'counter' } } };
    await ports.projections.apply(sent.tenant, 'other', [{ projection: 'others', commands: [['SADD', 'all', 'x']] }]);
    expect(await consume(both, [delivered(sent)])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', projected: false });
    const { redis, mongo } = world;
    await redis.command('DEL', [redis.keys.guardKey(sent.tenant, 'seen', '0', keyOf(sent))]);
    const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000);
    await mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { settledAt: eightDaysAgo } });
    expect(await consume(both, [delivered(sent)])).toEqual([]);
    expect(await seen(sent.tenant)).toBe(1);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', projected: false });
  });

  test('a message nested deeper than any event may be goes to the dead letters as it came', async () => {
    const sent = message();
    const body = JSON.stringify({ ...sent, data: 'DEEP' }).replace('"DEEP"', '['.repeat(5000) + ']'.repeat(5000));
    expect(await consume(succeeds, [delivered(body)])).toEqual([]);
    await readLetters();
    expect(await world.mongo.failures.findOne({ body })).toMatchObject({ cause: 'undecodable' });
  });

  test('a copy on the queue of another type does not end its event', async () => {
    const sent = message();
    await consume(
      handledBy(async () => Promise.reject(new Error('not yet'))),
      [delivered(sent)],
    );
    expect(
      (await consumerOf({ ...succeeds, type: 'other.happened' })([delivered(sent)], () => 60_000)).batchItemFailures,
    ).toEqual([]);
    await readLetters();
    expect(await record(sent)).toMatchObject({ state: 'retrying' });
    expect(await failures(sent.tenant)).toEqual([]);
    expect(await world.mongo.failures.findOne({ body: { $regex: `wrong queue.*${sent.id}` } })).toMatchObject({
      cause: 'undecodable',
    });
  });
});

test('what is rejected in a batch is stamped when it settles, with the others that ran again without it (protocol: followed-without-a-gap)', async () => {
  const tenant = own('stamped');
  const [no, yes] = [message({ tenant, data: { name: 'no' } }), message({ tenant, data: { name: 'yes' } })];
  let late = 0;
  const slow = handledTogetherBy(async (events, context) => {
    if (events.length === 1) late = 30_000;
    await context.collection('plain').insertMany(events.map(({ data }) => ({ name: data.name })));
    return events.map(({ data }) => (data.name === 'no' ? rejected('no') : undefined));
  });
  const clock = { ...ports.clock, now: () => ports.clock.now() + late };
  const begun = Date.now();
  expect(await consume(slow, [delivered(no), delivered(yes)], { clock })).toEqual([]);
  const stamps = [(await record(no))?.settledAt, (await record(yes))?.settledAt].map((at) => at?.getTime() ?? 0);
  expect(Math.min(...stamps)).toBeGreaterThanOrEqual(begun + 30_000);
  expect(await record(no)).toMatchObject({ state: 'rejected' });
});

describe('writers that meet', () => {
  test('on the record of the event: the run ends, and its message comes back within seconds at no cost of an attempt (protocol: conflicts)', async () => {
    const sent = message();
    await consume(
      handledBy(async () => Promise.reject(new Error('once'))),
      [delivered(sent)],
    );
    const other = world.mongo.client.startSession();
    other.startTransaction();
    await world.mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { subject: 'held' } }, { session: other });
    let runs = 0;
    const counts = handledBy(async (event, context) => {
      runs++;
      return leavesAnEffect(event, context);
    });
    // A second copy: it writes no start mark, so that it is its settlement that meets the other writer.
    const copy = delivered(sent);
    expect(await consume(counts, [copy])).toEqual([copy.messageId]);
    await other.abortTransaction();
    await other.endSession();
    expect(runs).toBe(1);
    expect(queue.visibility.at(-1)?.seconds).toBeLessThanOrEqual(3);
    expect(await effects(sent.tenant)).toBe(0);
    expect(await record(sent)).toMatchObject({ state: 'retrying', attempts: [{ outcome: 'error' }] });
  });

  test('elsewhere: the handler runs again five times at most, then its message comes back, and after 20 returns it is an attempt', async () => {
    const sent = message();
    let runs = 0;
    const meets = handledBy(async () => {
      runs++;
      throw new TransientError('met another writer');
    });
    const pauses: number[] = [];
    const clock = {
      ...ports.clock,
      sleep: async (ms: number, signal?: AbortSignal) =>
        signal ? ports.clock.sleep(ms, signal) : void pauses.push(ms),
    };
    expect(await consume(meets, [delivered(sent)], { clock, random: () => 1 })).toHaveLength(1);
    expect([runs, pauses]).toEqual([6, [20, 40, 80, 160, 320]]);
    expect(await record(sent)).toMatchObject({ state: 'retrying', attempts: [], returns: 1 });
    await world.mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { returns: 20 } });
    await consume(meets, [delivered(sent)], { clock });
    expect(await record(sent)).toMatchObject({ attempts: [{ outcome: 'error' }] });
  });
});

describe('handlers', () => {
  test('a taken e-mail in a handler that does not catch it is an attempt of its event, not "already done"', async () => {
    const tenant = own('uncaught');
    const [first, second] = [message({ tenant, data: { name: 'ada' } }), message({ tenant, data: { name: 'ada' } })];
    expect(await consume(succeeds, [delivered(first)])).toEqual([]);
    const taken = delivered(second);
    expect(await consume(succeeds, [taken])).toEqual([taken.messageId]);
    expect(await record(second)).toMatchObject({
      state: 'retrying',
      attempts: [{ outcome: 'error', error: { code: 'duplicate-key' } }],
    });
  });

  test('writes that a handler did not wait for belong to it', async () => {
    const sent = message();
    const careless = handledBy(async (_, context) => {
      for (let n = 0; n < 3; n++) void context.collection('effects').insertOne({ name: `${sent.id} ${n}` });
      return 'done';
    });
    expect(await consume(careless, [delivered(sent)])).toEqual([]);
    expect(await effects(sent.tenant)).toBe(3);
  });

  test('a batch that settles together finishes what is there already, its pending projection too', async () => {
    const tenant = own('pending');
    const [first, second] = [message({ tenant }), message({ tenant })];
    const together = handledTogetherBy(async (events, context) => {
      for (const event of events) context.project('seen', event).incrby('all', 1);
      return undefined;
    });
    const down = { ...ports.projections, apply: async () => Promise.reject(new DependencyError('redis', 'down')) };
    expect(await consume(together, [delivered(first)], { projections: down })).toHaveLength(1);
    expect(await record(first)).toMatchObject({ state: 'succeeded', projected: false });
    expect(await consume(together, [delivered(first), delivered(second)])).toEqual([]);
    expect(await seen(tenant)).toBe(2);
    expect(await record(first)).toMatchObject({ projected: true });
  });

  test('an event of a batch may be rejected after a failed write', async () => {
    const tenant = own('batch-no');
    const [first, second] = [message({ tenant, data: { name: 'dup' } }), message({ tenant, data: { name: 'dup' } })];
    const registers = handledTogetherBy(async (events, context) => {
      const results: unknown[] = [];
      for (const { data } of events) {
        try {
          await context.collection('effects').insertOne({ name: data.name });
          results.push('registered');
        } catch {
          results.push(rejected('taken'));
        }
      }
      return results;
    });
    expect(await consume(registers, [delivered(first), delivered(second)])).toEqual([]);
    const states = [await record(first), await record(second)].map((one) => one?.state);
    expect(states.toSorted()).toEqual(['rejected', 'succeeded']);
  });
});

describe('an outage', () => {
  const down = { mongodb: async () => false, redis: async () => true };

  test('costs one run, whatever tenants a batch is of', async () => {
    let runs = 0;
    const lost = handledTogetherBy(async () => {
      runs++;
      throw new DependencyError('mongodb', 'gone');
    });
    const batch = ['a', 'b', 'c'].flatMap((tenant) => [
      message({ tenant: own(tenant) }),
      message({ tenant: own(tenant) }),
    ]);
    await consume(
      lost,
      batch.map((one) => delivered(one)),
      { ping: down },
    );
    expect(runs).toBe(1);
  });

  test('is asked about once, when a batch of a hundred cannot be looked up', async () => {
    let pings = 0;
    const ping = {
      ...down,
      mongodb: async () => {
        pings++;
        return false;
      },
    };
    const records = { ...ports.records, find: async () => Promise.reject(new DependencyError('mongodb', 'gone')) };
    await consume(
      succeeds,
      Array.from({ length: 100 }, () => delivered(message(), { receives: 2 })),
      { records, ping },
    );
    expect(pings).toBe(1);
  });
});

describe('a commit whose answer is lost', () => {
  const committedUnheard: ConsumePorts['records'] = {
    ...ports.records,
    begin: (...given) => {
      const transaction = ports.records.begin(...given);
      return {
        collection: (name) => transaction.collection(name),
        get failure() {
          return transaction.failure;
        },
        get writes() {
          return transaction.writes;
        },
        drain: () => transaction.drain(),
        abort: () => transaction.abort(),
        settle: async (...all) => {
          await transaction.settle(...all);
          throw new DependencyError('mongodb', 'no answer to the commit');
        },
      };
    },
  };

  test.each([1, 3])(
    'is found to have been one: one effect, no attempt lost, of %i (protocol: lost-commit)',
    async (attempts) => {
      const sent = message();
      const definition = handledBy(leavesAnEffect, { retry: { attempts } });
      expect(await consume(definition, [delivered(sent)], { records: committedUnheard })).toEqual([]);
      expect(await record(sent)).toMatchObject({
        state: 'succeeded',
        attempts: [{ outcome: 'succeeded' }],
        projected: true,
      });
      expect([await effects(sent.tenant), await seen(sent.tenant)]).toEqual([1, 1]);
      expect(queue.published.filter(({ body }) => body.includes(sent.id))).toEqual([]);
    },
  );

  test('in an outage comes back, and is found when it is over (protocol: lost-commit)', async () => {
    const sent = message();
    const first = delivered(sent);
    const down = { mongodb: async () => false, redis: async () => true };
    expect(await consume(succeeds, [first], { records: committedUnheard, ping: down })).toEqual([first.messageId]);
    expect(await consume(succeeds, [delivered(sent, { receives: 2 })])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
    expect([await effects(sent.tenant), await seen(sent.tenant)]).toEqual([1, 1]);
  });
});
