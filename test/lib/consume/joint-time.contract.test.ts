import { describe, expect, test } from 'vitest';
import { createConsumer } from '../../../lib/consume/consume.ts';
import { consumerTimeoutSeconds } from '../../../lib/core/function-time.ts';
import {
  consumerWorld,
  delivered,
  handledBy,
  handledTogetherBy,
  leavesAnEffect,
} from '../../support/consumer-world.ts';
import { memoryMetrics } from '../../support/memory-metrics.ts';

const world = await consumerWorld();
const { message, record, effects, ports } = world;
const own = (name: string) => `${name}-${world.run}`;

describe('the time of joint runs (protocol: joint-time)', () => {
  test('is a third of the time of a handler, on top of what the function has', () => {
    const queue = { timeout: 30 };
    const timeout = (options: Parameters<typeof handledBy>[1]) =>
      consumerTimeoutSeconds(handledBy(leavesAnEffect, { ...options, queue: { ...queue, ...options?.queue } }));
    expect(timeout({})).toBe(30 + 10 + 10);
    expect(timeout({ queue: { timeout: 50 } })).toBe(50 + 17 + 10);
    expect(timeout({ queue: { commit: 'each' } })).toBe(30 + 10);
    expect(timeout({ queue: { batchSize: 1 } })).toBe(30 + 10);
    expect(consumerTimeoutSeconds(handledTogetherBy(async () => undefined))).toBe(2 * 40 + 10);
  });

  /** A batch in a time of its own: each run takes so long. */
  async function inTime(tenant: string, { takes, left, count = 6 }: { takes: number; left: number; count?: number }) {
    let now = Date.now();
    let remaining = left;
    const pass = (ms: number): void => {
      now += ms;
      remaining -= ms;
    };
    const ran: { id: string; leftAtStart: number }[] = [];
    const definition = handledBy(
      async (event, context) => {
        ran.push({ id: event.id, leftAtStart: remaining });
        pass(takes);
        return leavesAnEffect(event, context);
      },
      { queue: { timeout: 40 } },
    );
    const metrics = memoryMetrics();
    const consumer = createConsumer(
      { definition, schemaHash: message().schema, queueUrl: 'q', deadLetterUrl: 'd', runsAtOnce: 1 },
      { ...ports, metrics, clock: { ...ports.clock, now: () => now } },
    );
    const batch = Array.from({ length: count }, () => message({ tenant: own(tenant) }));
    const { batchItemFailures } = await consumer(
      batch.map((one) => delivered(one, { sent: now })),
      () => remaining,
    );
    return { ran, batch, back: batchItemFailures.length, told: metrics.values() };
  }

  test('what it is too short for runs alone, and finds its whole time; what was done is kept', async () => {
    // What the function has beyond a single run, less what is kept back to settle (a quarter of a third of 40 s).
    const { ran, batch, back, told } = await inTime('short', { takes: 20, left: 45_000 + 3334 + 59 });
    expect(told['JointRuns test.happened']).toEqual([1]);
    expect(told['FallBacks test.happened']).toBeUndefined();
    expect(ran.length).toBe(6);
    expect(new Set(ran.map(({ id }) => id)).size).toBe(6);
    expect(back).toBe(0);
    for (const one of batch) expect(await record(one)).toMatchObject({ state: 'succeeded' });
    // Two ran jointly, and those that ran alone had all of their time.
    expect(ran[2]?.leftAtStart).toBeGreaterThanOrEqual(45_000);
    expect(await effects(own('short'))).toBe(6);
  });

  test('handlers that take long have two turns, and then run alone', async () => {
    const { ran, back, told } = await inTime('slow', { takes: 200, left: 65_000 });
    expect(told).toMatchObject({ 'JointRuns test.happened': [1] });
    expect([ran.length, back]).toEqual([6, 0]);
    expect(await effects(own('slow'))).toBe(6);
  });

  test('where the function has no time but for single runs nothing runs jointly', async () => {
    const { told, back } = await inTime('none', { takes: 10, left: 45_500 });
    expect([told['JointRuns test.happened'], back]).toEqual([undefined, 0]);
  });

  test('many quick ones take several joint runs of at most 20 events', async () => {
    const { told, ran } = await inTime('many', { takes: 1, left: 65_000, count: 50 });
    expect(told['JointRuns test.happened']).toEqual([1, 1, 1]);
    expect(ran).toHaveLength(50);
    expect(await effects(own('many'))).toBe(50);
  });

  test('a handler that hangs falls back when that time is over, and has all of its own then', async () => {
    const [hangs, quick] = [message({ tenant: own('hangs') }), message({ tenant: own('hangs') })];
    const asked: number[] = [];
    const clock = {
      ...ports.clock,
      // Whoever may be given up is at once, but for the function itself.
      sleep: async (ms: number, signal?: AbortSignal) => {
        if (signal && ms < 41_000) {
          // Jointly, then alone; its neighbour has all the time that it needs.
          if (asked.push(ms) <= 2) return;
        }
        await ports.clock.sleep(ms, signal);
      },
    };
    const never = Promise.withResolvers<void>();
    const definition = handledBy(
      async (event, context) => {
        if (event.id === hangs.id) await never.promise;
        return leavesAnEffect(event, context);
      },
      { queue: { timeout: 40 } },
    );
    const consumer = createConsumer(
      { definition, schemaHash: message().schema, queueUrl: 'q', deadLetterUrl: 'd', runsAtOnce: 1 },
      { ...ports, clock },
    );
    const first = delivered(hangs);
    const answer = await consumer([first, delivered(quick)], () => 70_000);
    never.resolve();
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: first.messageId }] });
    expect(await record(hangs)).toMatchObject({ attempts: [{ error: { code: 'timeout' } }] });
    expect(await record(quick)).toMatchObject({ state: 'succeeded' });
    const [joint = 0, alone = 0] = asked;
    expect(joint).toBeLessThanOrEqual(10_000);
    expect(alone).toBeGreaterThan(39_000);
  });
});
