import { describe, expect, test } from 'vitest';
import type { ConsumePorts } from '../../../lib/consume/ports.ts';
import { DependencyError, TransientError } from '../../../lib/core/errors.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import type { Message } from '../../../lib/core/message.ts';
import type { Transaction } from '../../../lib/ports/transaction.ts';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';
import { rejected } from '../../../lib/sdk/result.ts';
import { consumerWorld, delivered, handledBy, leavesAnEffect } from '../../support/consumer-world.ts';
import { memoryMetrics } from '../../support/memory-metrics.ts';

const world = await consumerWorld();
const { message, record, effects, seen, failures, readLetters, ports } = world;
/** In a time that stands still: how many events a joint run takes is for its handlers' time to say, and that for the machine's. */
const consume: typeof world.consume = (definition, records, other) => {
  const at = Date.now();
  return world.consume(definition, records, { clock: { ...ports.clock, now: () => at }, ...other });
};
const own = (name: string) => `${name}-${world.run}`;
const keyOf = ({ tenant, source, id }: Message) => eventKey(tenant, source, id);
const succeeds = handledBy(leavesAnEffect);

/** Events of one tenant, called by their names. */
const several = (tenant: string, names: readonly string[]) =>
  names.map((name) => message({ tenant: own(tenant), data: { name } }));
const firstOf = (all: readonly Message[]) => all.map((one) => delivered(one));
const statesOf = async (all: readonly Message[]) => {
  const states = [];
  for (const one of all) states.push((await record(one))?.state);
  return states;
};

/** What is asked of the records, by name. */
function watched(of = ports.records): { calls: string[]; records: ConsumePorts['records'] } {
  const calls: string[] = [];
  const records = new Proxy(of, {
    get: (target, name, receiver) => {
      calls.push(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
  return { calls, records };
}

/** Records whose transactions settle in this way. */
const settlingBy = (settle: (transaction: Transaction, all: Parameters<Transaction['settle']>) => Promise<never>) => {
  let first = true;
  const records: ConsumePorts['records'] = {
    ...ports.records,
    begin: (...given) => {
      const transaction = ports.records.begin(...given);
      if (!first) return transaction;
      first = false;
      return new Proxy(transaction, {
        get: (target, name) =>
          name === 'settle'
            ? (...all: Parameters<Transaction['settle']>) => settle(target, all)
            : Reflect.get(target, name, target),
      });
    },
  };
  return records;
};

describe('events that are delivered together for the first time (protocol: joint-run)', () => {
  test('commit together: one find, one transaction, and each has its effect, record, projection and result', async () => {
    const batch = several('together', ['a', 'b', 'c']);
    const { calls, records } = watched();
    expect(await consume(succeeds, firstOf(batch), { records })).toEqual([]);
    expect(calls).toEqual(['find', 'begin', 'markProjected']);
    expect([await effects(own('together')), await seen(own('together'))]).toEqual([3, 3]);
    for (const one of batch) {
      expect(await record(one)).toMatchObject({
        state: 'succeeded',
        projected: true,
        attempts: [{ outcome: 'succeeded' }],
        result: JSON.stringify(one.data),
      });
      expect(await ports.results.read(keyOf(one))).toMatchObject({ outcome: { outcome: 'succeeded' } });
    }
  });

  test('a handler sees what those before it wrote, and no two run at once', async () => {
    let [running, most] = [0, 0];
    const found: number[] = [];
    const looks = handledBy(async ({ data }, context) => {
      most = Math.max(most, ++running);
      await context.collection('plain').insertOne({ name: data.name });
      found.push(await context.collection('plain').countDocuments({}));
      running--;
    });
    expect(await consume(looks, firstOf(several('seen', ['a', 'b', 'c'])))).toEqual([]);
    expect([most, found]).toEqual([1, [1, 2, 3]]);
  });

  test('of two tenants are two joint runs, each with its own collections', async () => {
    const batch = ['north', 'south', 'north', 'south', 'alone'].map((name) => message({ tenant: own(name) }));
    const metrics = memoryMetrics();
    expect(await consume(succeeds, firstOf(batch), { metrics })).toEqual([]);
    expect(metrics.values()['JointRuns test.happened']).toEqual([1, 1]);
    for (const [tenant, count] of [
      ['north', 2],
      ['south', 2],
      ['alone', 1],
    ] as const)
      expect(await effects(own(tenant))).toBe(count);
  });

  test('each on its own where the type says so, or where one comes alone: nothing is looked up', async () => {
    const each = handledBy(leavesAnEffect, { queue: { commit: 'each' } });
    const { calls, records } = watched();
    await consume(each, firstOf(several('each', ['a', 'b'])), { records });
    expect(calls).toEqual(['begin', 'begin', 'markProjected']);
    calls.length = 0;
    await consume(succeeds, firstOf(several('single', ['a'])), { records });
    expect(calls).toEqual(['begin', 'markProjected']);
  });

  test('one that says no without having written settles with the others', async () => {
    const batch = several('reads', ['a', 'no', 'b']);
    const { calls, records } = watched();
    const picky = handledBy(async (event, context) => {
      if (event.data.name === 'no') {
        context.project('seen').incrby('all', 1);
        return rejected((await context.collection('effects').findOne({ name: 'a' })) ? 'a-is-there' : 'alone');
      }
      return leavesAnEffect(event, context);
    });
    expect(await consume(picky, firstOf(batch), { records })).toEqual([]);
    expect(calls.filter((name) => name === 'begin')).toHaveLength(1);
    expect(await statesOf(batch)).toEqual(['succeeded', 'rejected', 'succeeded']);
    expect((await record(batch[1] ?? message()))?.rejection).toEqual({ reason: 'a-is-there' });
    expect([await effects(own('reads')), await seen(own('reads'))]).toEqual([2, 2]);
  });
});

describe('what goes wrong with one undoes all, and each runs alone (protocol: falls-back-whole)', () => {
  /** Runs a batch whose event `bad` does this. @returns how often each ran, and what was told meanwhile */
  async function runWith(tenant: string, bad: Parameters<typeof handledBy>[0], other: Partial<ConsumePorts> = {}) {
    const ran: string[] = [];
    const lines: unknown[] = [];
    const note = (text: string, details = {}) => void lines.push([text, details]);
    const definition = handledBy(async (event, context) => {
      ran.push(event.data.name);
      return event.data.name === 'bad' ? bad(event, context) : leavesAnEffect(event, context);
    });
    const batch = several(tenant, ['a', 'bad', 'b']);
    const metrics = memoryMetrics();
    const log = { debug: () => undefined, info: note, warn: note, error: note };
    const back = await consume(definition, firstOf(batch), { metrics, log, ...other });
    const [a, poison, b] = batch;
    if (!a || !poison || !b) throw new Error('three events');
    return { ran, lines, back, batch, a, poison, b, told: metrics.values() };
  }

  test('an error: it alone spends an attempt, and nothing of the joint run is left', async () => {
    const { ran, lines, back, a, poison, b, told } = await runWith('throws', async (event, context) => {
      await leavesAnEffect(event, context);
      throw new Error('bad');
    });
    expect(ran.slice(0, 2)).toEqual(['a', 'bad']);
    expect(ran.slice(2).toSorted()).toEqual(['a', 'b', 'bad']);
    expect(back).toHaveLength(1);
    expect(await record(poison)).toMatchObject({ state: 'retrying', attempts: [{ outcome: 'error' }] });
    for (const one of [a, b])
      expect(await record(one)).toMatchObject({ state: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
    expect([await effects(a.tenant), await seen(a.tenant)]).toEqual([2, 2]);
    const [failed, settled, ...more] = lines;
    expect([failed, more]).toMatchObject([['attempt failed', { event_id: poison.id }], []]);
    // Whichever of the two was settled first.
    const events = expect.arrayContaining([a, b].map(({ id }) => expect.objectContaining({ event_id: id })));
    expect(settled).toMatchObject(['settled', { events, attempts: 1 }]);
    expect(told).toMatchObject({ 'JointRuns test.happened': [1], 'FallBacks test.happened': [1] });
  });

  test('an event that fails for good becomes one failure, with one attempt', async () => {
    const { back, poison } = await runWith('permanent', async () => Promise.reject(new PermanentError('never')));
    expect(back).toEqual([]);
    await readLetters();
    expect(await failures(poison.tenant)).toMatchObject([{ cause: 'permanent', attempts: [{ outcome: 'error' }] }]);
    expect(await effects(poison.tenant)).toBe(2);
  });

  test.each(['sent', 'held back'])('a refusal behind an insert that was %s', async (how) => {
    const { poison, told, a } = await runWith(`says-no-${how.slice(0, 4)}`, async ({ data }, context) => {
      await context.collection('effects').insertOne({ name: data.name });
      if (how === 'sent') await context.collection('effects').findOne({});
      return rejected('changed-my-mind');
    });
    expect(told['FallBacks test.happened']).toEqual([1]);
    expect(await record(poison)).toMatchObject({ state: 'rejected', rejection: { reason: 'changed-my-mind' } });
    expect(await effects(a.tenant)).toBe(2);
  });

  test('a write that failed and was hidden', async () => {
    const { poison, told } = await runWith('hides', async (_, context) => {
      const plain = context.collection('effects');
      await plain.insertOne({ name: 'same' });
      await plain.findOne({});
      await plain.insertOne({ name: 'same' }).catch(() => undefined);
      await plain.findOne({}).catch(() => undefined);
      return 'fine';
    });
    expect(told['FallBacks test.happened']).toEqual([1]);
    expect(await record(poison)).toMatchObject({ attempts: [{ error: { code: 'duplicate-key' } }] });
  });

  test('a record that another run settled meanwhile: its event has one effect', async () => {
    const batch = several('meanwhile', ['a', 'b']);
    let settledElsewhere = false;
    // Nothing but its record keeps its effect from being there twice.
    const slow: EventDefinition = handledBy(async ({ data }, context) => {
      await context.collection('plain').findOne({});
      if (!settledElsewhere) {
        settledElsewhere = true;
        await consume(slow, firstOf(batch.slice(1)));
      }
      await context.collection('plain').insertOne({ name: data.name });
      context.project('seen').incrby('all', 1);
    });
    const metrics = memoryMetrics();
    expect(await consume(slow, firstOf(batch), { metrics })).toEqual([]);
    expect(metrics.values()).toMatchObject({ 'JointRuns test.happened': [1], 'FallBacks test.happened': [1] });
    expect(await statesOf(batch)).toEqual(['succeeded', 'succeeded']);
    const plain = await world.mongo.db
      .collection('plain')
      .find({ tenant: own('meanwhile') })
      .toArray();
    expect([plain.map(({ name }) => name).toSorted(), await seen(own('meanwhile'))]).toEqual([['a', 'b'], 2]);
  });

  test('a joint commit that is refused: nobody is told of it', async () => {
    const batch = several('refused', ['a', 'b']);
    const told: string[] = [];
    const results = {
      ...ports.results,
      tell: async (...given: Parameters<typeof ports.results.tell>) => {
        told.push(given[0]);
        await ports.results.tell(...given);
      },
    };
    const records = settlingBy(async (transaction) => {
      await transaction.abort();
      throw new Error('TransactionTooLargeForCache');
    });
    expect(await consume(succeeds, firstOf(batch), { records, results })).toEqual([]);
    expect(told.toSorted()).toEqual(batch.map(keyOf).toSorted());
    expect(await effects(own('refused'))).toBe(2);
    expect((await record(batch[0] ?? message()))?.attempts).toMatchObject([{ outcome: 'succeeded' }]);
  });

  test('another writer: the joint run gives way at once', async () => {
    await world.mongo.db.collection('plain').insertOne({ tenant: own('meets'), hits: 0 });
    let met = false;
    const { told, a } = await runWith('meets', async (event, context) => {
      const plain = context.collection('plain');
      await plain.findOne({});
      if (!met) await world.mongo.db.collection('plain').updateOne({ tenant: own('meets') }, { $inc: { hits: 1 } });
      met = true;
      await plain.updateOne({}, { $inc: { hits: 1 } });
      return leavesAnEffect(event, context);
    });
    expect(told).toMatchObject({ 'FallBacks test.happened': [1], 'Conflicts test.happened': [1] });
    expect(await effects(a.tenant)).toBe(3);
    expect(await world.mongo.db.collection('plain').findOne({ tenant: a.tenant })).toMatchObject({ hits: 2 });
  });

  test('behind another writer they run one after another: what they write is written by others too', async () => {
    let [running, most, met] = [0, 0, false];
    const meets = handledBy(async (event, context) => {
      most = Math.max(most, ++running);
      try {
        if (!met) throw new TransientError('met another writer');
        await context.collection('plain').findOne({});
        return await leavesAnEffect(event, context);
      } finally {
        met = true;
        running--;
      }
    });
    expect(await consume(meets, firstOf(several('in-turn', ['a', 'b', 'c', 'd'])))).toEqual([]);
    expect([most, await effects(own('in-turn'))]).toEqual([1, 4]);
    const poison = handledBy(async (event, context) => {
      most = Math.max(most, ++running);
      try {
        await context.collection('plain').findOne({});
        if (event.data.name === 'a') throw new PermanentError('not this');
        return await leavesAnEffect(event, context);
      } finally {
        running--;
      }
    });
    // Behind poison they meet nobody.
    expect(await consume(poison, firstOf(several('beside', ['a', 'b', 'c', 'd'])))).toEqual([]);
    expect([most, await effects(own('beside'))]).toEqual([4, 3]);
    await readLetters();
  });

  test('in an outage all come back at no cost, and none runs again', async () => {
    const { ran, back, batch } = await runWith(
      'outage',
      async () => Promise.reject(new DependencyError('mongodb', 'no primary')),
      { ping: { ...ports.ping, mongodb: async () => false } },
    );
    expect([ran, back.length]).toEqual([['a', 'bad'], 3]);
    expect(await statesOf(batch)).toEqual([undefined, undefined, undefined]);
    expect(await effects(own('outage'))).toBe(0);
  });
});

describe('what runs alone (protocol: known-events-run-alone)', () => {
  type Handle = Parameters<typeof handledBy>[0];
  const ran = (handle: Handle = leavesAnEffect) => {
    const names: string[] = [];
    const definition = handledBy(async (event, context) => {
      names.push(event.data.name);
      return handle(event, context);
    });
    return { names, definition };
  };
  const jointRuns = (metrics: ReturnType<typeof memoryMetrics>) => ({
    runs: metrics.values()['JointRuns test.happened']?.length ?? 0,
    falls: metrics.values()['FallBacks test.happened']?.length ?? 0,
  });

  test('a copy of what is settled goes the way of a copy: its handler does not run', async () => {
    const batch = several('copies', ['a', 'b', 'c', 'd']);
    await consume(succeeds, firstOf(batch.slice(0, 2)));
    const { names, definition } = ran();
    const metrics = memoryMetrics();
    expect(await consume(definition, firstOf(batch), { metrics })).toEqual([]);
    expect([names, jointRuns(metrics)]).toEqual([['c', 'd'], { runs: 1, falls: 0 }]);
    expect([await effects(own('copies')), await seen(own('copies'))]).toEqual([4, 4]);
  });

  test('a copy of what is being retried is no part of it, and waits until its next attempt is due', async () => {
    const batch = several('retried', ['a', 'b', 'c']);
    const slow = handledBy(async () => Promise.reject(new Error('not yet')), { retry: { base: 900, cap: 900 } });
    await consume(slow, firstOf(batch.slice(0, 1)), { random: () => 1 });
    const { names, definition } = ran();
    expect(await consume(definition, firstOf(batch))).toHaveLength(1);
    expect(names).toEqual(['b', 'c']);
    expect(await record(batch[0] ?? message())).toMatchObject({ state: 'retrying', attempts: [{}] });
  });

  test('what was delivered before, and replays', async () => {
    const [a, b, c, d] = several('before', ['a', 'b', 'c', 'd']);
    if (!a || !b || !c || !d) throw new Error('four events');
    await consume(
      handledBy(async () => Promise.reject(new PermanentError('no'))),
      [delivered(d)],
    );
    await readLetters();
    await world.mongo.events.updateOne({ _id: keyOf(d) }, { $set: { replay: 1, state: 'retrying', attempts: [] } });
    const { calls, records } = watched();
    const metrics = memoryMetrics();
    const batch = [delivered(a), delivered(b, { receives: 2 }), delivered(c), delivered({ ...d, replay: 1 })];
    expect(await consume(succeeds, batch, { records, metrics })).toEqual([]);
    // Together a and c; alone b and d.
    expect(calls.filter((name) => name === 'begin')).toHaveLength(3);
    expect(jointRuns(metrics)).toEqual({ runs: 1, falls: 0 });
    expect(await effects(own('before'))).toBe(4);
  });

  test('two payloads under one id, delivered together: one settles, the other is a failure', async () => {
    const first = message({ tenant: own('reused'), data: { name: 'first' } });
    const second = { ...first, fingerprint: 'B'.repeat(43), data: { name: 'second' } };
    let open = firstOf([first, second]);
    // Alone they run beside each other: who meets the other comes back.
    for (let receives = 2; open.length > 0 && receives < 9; receives++) {
      const back = await consume(succeeds, open);
      open = open
        .filter(({ messageId }) => back.includes(messageId))
        .map((one) => ({ ...one, attributes: { ...one.attributes, ApproximateReceiveCount: String(receives) } }));
    }
    await readLetters();
    expect(await failures(first.tenant)).toMatchObject([{ cause: 'id-reused' }]);
    expect(await effects(first.tenant)).toBe(1);
  });

  describe('where no copies came of late nothing is looked up', () => {
    const plainly: Handle = async ({ data }, context) => context.collection('plain').insertOne({ name: data.name });
    const later = (handle: Handle = leavesAnEffect, of = ports.records) => {
      const { calls, records } = watched(of);
      const metrics = memoryMetrics();
      const { names, definition } = ran(handle);
      const at = Date.now();
      const environment = world.environment(definition, { records, metrics, clock: { ...ports.clock, now: () => at } });
      return {
        metrics,
        /** @returns what was asked of the records, whose handlers ran, and what comes back */
        async handOver(all: readonly Message[]) {
          for (const list of [calls, names]) list.length = 0;
          const back = await environment(firstOf(all));
          calls.splice(0, calls.length, ...calls.filter((name) => name !== 'markProjected'));
          return { asked: [...calls], ran: [...names], back: back.length };
        },
        /** Batches in which nothing is known, as many as it takes. */
        async becomesSure(tenant: string) {
          let asked: readonly string[] = ['find'];
          for (let batch = 0; asked.includes('find') && batch < 30; batch++)
            ({ asked } = await this.handOver(several(tenant, [`${batch}a`, `${batch}b`])));
          expect(asked).toEqual(['begin']);
        },
      };
    };

    test.each([
      ['the condition of its record', 'plain', plainly],
      ['a unique index, which its handler meets', 'effects', leavesAnEffect],
    ])(
      'a copy that %s tells apart undoes one joint run, ends as a copy, and is looked for from then on',
      async (_, collection, handle) => {
        const tenant = `sure-${collection}`;
        const environment = later(handle);
        const before = several(tenant, ['x']);
        await consume(handledBy(handle), firstOf(before));
        await environment.becomesSure(tenant);
        const count = () => world.mongo.db.collection(collection).countDocuments({ tenant: own(tenant) });
        const at = await count();
        const batch = [...several(tenant, ['a', 'b']), ...before, ...several(tenant, ['c'])];
        const { asked, ran: handlers, back } = await environment.handOver(batch);
        // One joint run of all four; what is known is read then, and the three others run alone.
        expect(asked.filter((name) => name !== 'begin')).toEqual(['find']);
        expect([handlers.toSorted(), back]).toEqual([['a', 'a', 'b', 'b', 'c', 'c', 'x'], 0]);
        expect([jointRuns(environment.metrics).falls, await count()]).toEqual([1, at + 3]);
        expect(await record(before[0] ?? message())).toMatchObject({ state: 'succeeded', attempts: [{}] });
        // No pause follows, and the next copy is told apart beforehand.
        const next = await environment.handOver([...before, ...several(tenant, ['d', 'e'])]);
        expect([next.asked, next.ran, next.back]).toEqual([['find', 'begin'], ['d', 'e'], 0]);
        expect([jointRuns(environment.metrics).falls, await count()]).toEqual([1, at + 5]);
      },
    );

    test('a copy of what is being retried waits until its next attempt is due, and costs no attempt', async () => {
      const environment = later();
      const before = several('sure-retried', ['x']);
      const slow = handledBy(async () => Promise.reject(new Error('not yet')), { retry: { base: 900, cap: 900 } });
      await consume(slow, firstOf(before), { random: () => 1 });
      await environment.becomesSure('sure-retried');
      const { back } = await environment.handOver([...several('sure-retried', ['a', 'b']), ...before]);
      expect(back).toBe(1);
      expect(await record(before[0] ?? message())).toMatchObject({ state: 'retrying', attempts: [{}] });
    });

    test('copies that were looked for keep it looking, and replays do not', async () => {
      const environment = later();
      const [x, replayed] = several('sure-looked', ['x', 'replayed']);
      if (!x || !replayed) throw new Error('two events');
      await consume(succeeds, [delivered(x)]);
      await consume(
        handledBy(async () => Promise.reject(new Error('not yet'))),
        [delivered(replayed)],
      );
      const $set = { replay: 1, attempts: [], attempted: 0 };
      await world.mongo.events.updateOne({ _id: keyOf(replayed) }, { $set, $unset: { dueAt: '' } });
      const quiet = (begin: string) =>
        Array.from({ length: 15 }, (_, n) => several('sure-looked', [`${begin}${n}a`, `${begin}${n}b`]));
      const looks = async (batch: readonly Message[]) => (await environment.handOver(batch)).asked.includes('find');
      for (const batch of quiet('first')) expect(await looks(batch)).toBe(true);
      expect(await looks([x, ...several('sure-looked', ['c', 'd'])])).toBe(true);
      for (const batch of quiet('second')) expect(await looks(batch)).toBe(true);
      expect(await looks([...several('sure-looked', ['e', 'f']), { ...replayed, replay: 1 }])).toBe(true);
      expect(await looks(several('sure-looked', ['g', 'h']))).toBe(false);
    });

    test('a commit whose answer is lost is no copy, whatever is read behind it: a pause follows', async () => {
      let loses = false;
      const environment = later(leavesAnEffect, {
        ...ports.records,
        begin: (...given) => {
          const transaction = ports.records.begin(...given);
          const settle: Transaction['settle'] = async (...all) => {
            const answer = await transaction.settle(...all);
            if (loses) throw new DependencyError('mongodb', 'no answer to the commit');
            return answer;
          };
          return new Proxy(transaction, {
            get: (target, name) => (name === 'settle' ? settle : Reflect.get(target, name, target)),
          });
        },
      });
      await environment.becomesSure('sure-lost');
      loses = true;
      const { asked, ran: handlers, back } = await environment.handOver(several('sure-lost', ['a', 'b']));
      expect([asked, handlers, back]).toEqual([['begin', 'find'], ['a', 'b'], 0]);
      loses = false;
      const { runs } = jointRuns(environment.metrics);
      await environment.handOver(several('sure-lost', ['passed', 'over']));
      expect(jointRuns(environment.metrics)).toEqual({ runs, falls: 1 });
    });

    test('what fails of itself is a fall-back as any other: a pause follows', async () => {
      const environment = later(async (event, context) => {
        if (event.data.name === 'poison') throw new PermanentError('poison');
        return leavesAnEffect(event, context);
      });
      await environment.becomesSure('sure-poison');
      const { runs } = jointRuns(environment.metrics);
      await environment.handOver(several('sure-poison', ['f', 'poison', 'g']));
      await environment.handOver(several('sure-poison', ['passed', 'over']));
      expect(jointRuns(environment.metrics)).toEqual({ runs: runs + 1, falls: 1 });
      await readLetters();
    });
  });

  test('for a while all that an environment gets after a joint run that fell back (protocol: single-after-fall-back)', async () => {
    let poison = true;
    const definition = handledBy(async (event, context) => {
      if (poison) throw new PermanentError('poison');
      return leavesAnEffect(event, context);
    });
    const metrics = memoryMetrics();
    const environment = world.environment(definition, { metrics });
    const batch = (index: number) => firstOf(several(`while-${index}`, ['a', 'b']));
    await environment(batch(0));
    poison = false;
    for (let index = 1; index <= 3; index++) {
      expect(await environment(batch(index))).toEqual([]);
      expect(jointRuns(metrics)).toEqual({ runs: index === 3 ? 2 : 1, falls: 1 });
    }
    await readLetters();
  });
});

describe('a joint commit whose answer is lost (protocol: lost-commit)', () => {
  const runs = () => {
    let count = 0;
    const definition = handledBy(async (event, context) => {
      count++;
      return leavesAnEffect(event, context);
    });
    return { count: () => count, definition };
  };
  const noAnswer = new DependencyError('mongodb', 'no answer to the commit');

  test('done: the records are read, everything is finished, and no handler runs again', async () => {
    const batch = several('lost-done', ['a', 'b', 'c']);
    const { count, definition } = runs();
    const records = settlingBy(async (transaction, all) => {
      await transaction.settle(...all);
      throw noAnswer;
    });
    expect(await consume(definition, firstOf(batch), { records })).toEqual([]);
    expect(count()).toBe(3);
    expect(await statesOf(batch)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect([await effects(own('lost-done')), await seen(own('lost-done'))]).toEqual([3, 3]);
    for (const one of batch) {
      expect(await record(one)).toMatchObject({ projected: true, attempts: [{ outcome: 'succeeded' }] });
      expect(await ports.results.read(keyOf(one))).toMatchObject({ outcome: { outcome: 'succeeded' } });
    }
  });

  test('not done: each event runs alone', async () => {
    const batch = several('lost-undone', ['a', 'b', 'c']);
    const { count, definition } = runs();
    const records = settlingBy(async (transaction) => {
      await transaction.abort();
      throw noAnswer;
    });
    expect(await consume(definition, firstOf(batch), { records })).toEqual([]);
    expect(count()).toBe(6);
    expect(await statesOf(batch)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect([await effects(own('lost-undone')), await seen(own('lost-undone'))]).toEqual([3, 3]);
    expect((await record(batch[0] ?? message()))?.attempts).toHaveLength(1);
  });

  test('done, and the records cannot be read either: their conditions say so', async () => {
    const batch = several('lost-blind', ['a', 'b']);
    const { definition } = runs();
    const settling = settlingBy(async (transaction, all) => {
      await transaction.settle(...all);
      throw noAnswer;
    });
    let finds = 0;
    const records: ConsumePorts['records'] = {
      ...settling,
      find: async (keys) => (++finds === 2 ? Promise.reject(noAnswer) : ports.records.find(keys)),
    };
    expect(await consume(definition, firstOf(batch), { records })).toEqual([]);
    expect(await statesOf(batch)).toEqual(['succeeded', 'succeeded']);
    expect([await effects(own('lost-blind')), await seen(own('lost-blind'))]).toEqual([2, 2]);
  });

  test('in an outage all come back, and are found settled when it is over', async () => {
    const batch = several('lost-outage', ['a', 'b']);
    const records = settlingBy(async (transaction, all) => {
      await transaction.settle(...all);
      throw noAnswer;
    });
    const ping = { ...ports.ping, mongodb: async () => false };
    expect(await consume(succeeds, firstOf(batch), { records, ping })).toHaveLength(2);
    const { count, definition } = runs();
    const again = batch.map((one) => delivered(one, { receives: 2 }));
    expect(await consume(definition, again)).toEqual([]);
    expect([count(), await effects(own('lost-outage')), await seen(own('lost-outage'))]).toEqual([0, 2, 2]);
  });
});

describe('a handler in a joint run has its own turn (protocol: late-use)', () => {
  test('its context ends with it: what it does later is refused and said with its event, and is no part of another turn', async () => {
    const batch = several('turns', ['early', 'late']);
    const [early] = batch;
    const lines: unknown[] = [];
    const log = { ...ports.log, error: (text: string, details = {}) => void lines.push([text, details]) };
    const turn = Promise.withResolvers<void>();
    let refused: unknown;
    const definition = handledBy(async ({ data }, context) => {
      const plain = context.collection('plain');
      if (data.name === 'early') {
        void turn.promise.then(async () => {
          await plain.insertOne({ stray: true }).catch((error: unknown) => {
            refused = error;
          });
        });
        return 'done';
      }
      turn.resolve();
      await plain.insertOne({ name: data.name });
      await plain.findOne({});
      return 'done';
    });
    expect(await consume(definition, firstOf(batch), { log })).toEqual([]);
    expect(refused).toMatchObject({ code: 'transaction-over' });
    expect(lines).toMatchObject([[expect.stringContaining('after its run had ended'), { event_id: early?.id }]]);
    const kept = await world.mongo.db
      .collection('plain')
      .find({ tenant: own('turns') })
      .toArray();
    expect(kept).toMatchObject([{ name: 'late' }]);
  });

  test('what it began and did not wait for is done before the next turn', async () => {
    const seenBy: number[] = [];
    const careless = handledBy(async ({ data }, context) => {
      const plain = context.collection('plain');
      if (data.name === 'a') {
        void plain
          .updateOne({ hits: 0 }, { $inc: { hits: 1 } }, { upsert: true })
          .then(() => plain.insertOne({ hits: 2 }));
        return 'done';
      }
      seenBy.push(await plain.countDocuments({}));
      return 'done';
    });
    expect(await consume(careless, firstOf(several('drained', ['a', 'b'])))).toEqual([]);
    expect(seenBy).toEqual([2]);
  });

  test('one whose write failed unheard undoes the joint run, before another handler begins', async () => {
    const ran: string[] = [];
    const careless = handledBy(async ({ data }, context) => {
      ran.push(data.name);
      const made = context.collection('effects');
      if (data.name === 'a') {
        await made.findOne({});
        void made.bulkWrite([{ insertOne: { document: { name: 'x' } } }, { insertOne: { document: { name: 'x' } } }]);
      }
      return 'done';
    });
    const batch = several('unheard', ['a', 'b']);
    expect(await consume(careless, firstOf(batch))).toHaveLength(1);
    expect(ran[1]).toBe('a');
    expect(await statesOf(batch)).toEqual(['retrying', 'succeeded']);
  });
});
