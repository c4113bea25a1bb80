import { describe, expect, test } from 'vitest';
import type { ConsumePorts } from '../../../lib/consume/ports.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { consumerWorld, delivered, handledBy, leavesAnEffect } from '../../support/consumer-world.ts';
import { memoryMetrics } from '../../support/memory-metrics.ts';

const world = await consumerWorld();
const { message, record, queue, ports } = world;
/** In a time that stands still: how many events a joint run takes is for its handlers' time to say, and that for the machine's. */
const consume: typeof world.consume = (definition, records, other) => {
  const at = Date.now();
  return world.consume(definition, records, { clock: { ...ports.clock, now: () => at }, ...other });
};
const own = (name: string) => `${name}-${world.run}`;

/** An ordered type, and its runs: where one begins, and whether it was joint. */
function ordered(fails: readonly string[] = []) {
  const ran: string[] = [];
  const definition = handledBy(
    async (event, context) => {
      ran.push(event.data.name);
      if (fails.includes(event.data.name)) throw new Error('not yet');
      await context.collection('plain').insertOne({ name: event.data.name });
      return leavesAnEffect(event, context);
    },
    { ordered: true },
  );
  return { ran, definition };
}

/** Events by their names; the first letter is their group. */
const batchOf = (tenant: string, names: readonly string[], again: readonly string[] = []) => {
  const events = names.map((name) => message({ tenant: own(tenant), data: { name } }));
  const records = events.map((one, index) => {
    const name = names[index] ?? '';
    return delivered(one, { group: name.slice(0, 1), receives: again.includes(name) ? 2 : 1 });
  });
  return { events, records };
};
const effectsInOrder = async (tenant: string): Promise<string[]> => {
  const all = await world.mongo.db
    .collection('plain')
    .find({ tenant: own(tenant) })
    .toArray();
  return all.map(({ name }) => String(name));
};
const secondsOf = ({ receiptHandle }: { receiptHandle: string }) =>
  queue.visibility.find((one) => one.receiptHandle === receiptHandle)?.seconds;

describe('an ordered type runs jointly too (protocol: joint-in-order)', () => {
  test('groups commit together, each in its order', async () => {
    const { ran, definition } = ordered();
    const { records } = batchOf('groups', ['a1', 'b1', 'a2', 'b2', 'a3']);
    const metrics = memoryMetrics();
    expect(await consume(definition, records, { metrics })).toEqual([]);
    expect(metrics.values()).toMatchObject({ 'JointRuns test.happened': [1] });
    expect(ran).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
    expect(await effectsInOrder('groups')).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  test('the first failure of a group stops that group only, and its followers wait behind it', async () => {
    const { ran, definition } = ordered(['a2']);
    const { events, records } = batchOf('stops', ['a1', 'b1', 'a2', 'a3', 'b2']);
    const back = await consume(definition, records);
    expect(back).toEqual([records[2]?.messageId, records[3]?.messageId]);
    expect(secondsOf(records[3] ?? { receiptHandle: '' })).toBe(0);
    expect(ran.filter((name) => name === 'a3')).toEqual([]);
    expect((await effectsInOrder('stops')).toSorted()).toEqual(['a1', 'b1', 'b2']);
    expect(await record(events[2] ?? message())).toMatchObject({ attempts: [{ outcome: 'error' }] });
    expect(await record(events[3] ?? message())).toBeNull();
  });

  test('nothing runs jointly behind one of its group that was delivered before', async () => {
    const { ran, definition } = ordered(['a1']);
    const { events, records } = batchOf('behind', ['a1', 'a2', 'b1', 'b2'], ['a1']);
    expect(await consume(definition, records)).toEqual([records[0]?.messageId, records[1]?.messageId]);
    expect(ran.toSorted()).toEqual(['a1', 'b1', 'b2']);
    expect(await record(events[1] ?? message())).toBeNull();
  });

  test('nor behind one that is known and not settled', async () => {
    const { definition: first } = ordered(['a1']);
    const { events, records } = batchOf('known', ['a1', 'a2', 'a3', 'b1', 'b2']);
    await consume(first, records.slice(0, 1), { random: () => 0 });
    const { ran, definition } = ordered(['a1']);
    const copies = events.map((one, index) => delivered(one, { group: index < 3 ? 'a' : 'b' }));
    expect(await consume(definition, copies, { random: () => 0 })).toHaveLength(3);
    expect(ran.filter((name) => name.startsWith('a'))).toEqual(['a1']);
    expect(await record(events[1] ?? message())).toBeNull();
  });

  test('where one cannot be finished those behind it wait for it, though all are committed', async () => {
    const { definition } = ordered();
    const { events, records } = batchOf('finish', ['a1', 'a2', 'b1', 'b2']);
    let applied = 0;
    const projections: ConsumePorts['projections'] = {
      ...ports.projections,
      apply: async (...given) =>
        applied++ === 0 ? Promise.reject(new DependencyError('redis', 'down')) : ports.projections.apply(...given),
    };
    const ping = { ...ports.ping, redis: async () => false };
    queue.visibility.length = 0;
    const back = await consume(definition, records, { projections, ping, random: () => 1 });
    expect(back).toEqual([records[0]?.messageId, records[1]?.messageId]);
    expect([0, 1].map((index) => secondsOf(records[index] ?? { receiptHandle: '' }))).toEqual([5, 0]);
    for (const one of events) expect(await record(one)).toMatchObject({ state: 'succeeded' });
    const again = events.slice(0, 2).map((one) => delivered(one, { group: 'a', receives: 2 }));
    expect(await consume(definition, again)).toEqual([]);
    for (const one of events) expect(await record(one)).toMatchObject({ projected: true });
    expect(await world.seen(own('finish'))).toBe(4);
  });

  test('in an outage of a joint run the head of each group is hidden, its followers are not', async () => {
    const gone = handledBy(async () => Promise.reject(new DependencyError('mongodb', 'no primary')), { ordered: true });
    const { records } = batchOf('outage', ['a1', 'a2', 'b1', 'b2']);
    queue.visibility.length = 0;
    const ping = { ...ports.ping, mongodb: async () => false };
    expect(await consume(gone, records, { ping, random: () => 1 })).toHaveLength(4);
    expect(records.map((one) => secondsOf(one))).toEqual([5, 0, 5, 0]);
  });
});

test('what stands before a copy that comes back runs, also where nobody looked for copies (protocol: head-and-followers)', async () => {
  const { ran, definition } = ordered();
  const at = Date.now();
  const clock = { ...ports.clock, now: () => at };
  const asked: string[] = [];
  const environment = world.environment(definition, {
    ...{ clock, random: () => 1 },
    records: {
      ...ports.records,
      find: (keys) => {
        asked.push('find');
        return ports.records.find(keys);
      },
    },
  });
  const waits = batchOf('copy-behind', ['gx']);
  const slow = handledBy(async () => Promise.reject(new Error('not yet')), {
    ...{ ordered: true, retry: { base: 900, cap: 900 } },
  });
  await consume(slow, waits.records, { clock, random: () => 1 });
  for (let batch = 0; asked.length === batch && batch < 30; batch++)
    await environment(batchOf('copy-behind', [`z${batch}a`, `z${batch}b`]).records);
  ran.length = 0;
  const before = batchOf('copy-behind', ['ga', 'gb']);
  const behind = batchOf('copy-behind', ['gc']);
  const [copy] = waits.events;
  if (!copy) throw new Error('one event');
  const again = delivered(copy, { group: 'g' });
  const back = await environment([...before.records, again, ...behind.records]);
  expect(back).toEqual([again, ...behind.records].map(({ messageId }) => messageId));
  expect(ran.slice(-2)).toEqual(['ga', 'gb']);
  expect([secondsOf(again), ...behind.records.map(secondsOf)]).toEqual([900, 0]);
});
