import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/access/policies.ts';
import { memoryRates } from '../../../lib/limits/memory-rates.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const measures = ['requests', 'events', 'bytes'] as const;
const limit = (of: Policy['of'], quota: number, windowSeconds = 10): Policy => ({
  whose: 'key',
  of,
  quota,
  windowSeconds,
});
const nothing = { requests: 0, events: 0, bytes: 0 };

function world(policies: Policy[]) {
  const clock = fakeClock();
  const rates = memoryRates(clock);
  return { clock, rates, payer: { tenant: 't', key: 'k', policies } };
}

const sizes = fc.constantFrom(0.1, 0.7, 1, 3, 50, 1234.5);
const step = fc.record({
  pause: fc.integer({ min: 0, max: 12_000 }),
  requests: fc.constantFrom(0, 1),
  events: fc.integer({ min: 0, max: 60 }),
  bytes: fc.integer({ min: 0, max: 900 }),
});

describe('rates in memory', () => {
  it('admit no more than burst + rate x time, over any requests and times; what is refused takes nothing', async () => {
    const policies = fc
      .tuple(sizes, sizes, sizes)
      .map((quotas) => measures.map((of, index) => limit(of, quotas[index] ?? 1)));
    await fc.assert(
      fc.asyncProperty(policies, fc.array(step, { minLength: 1, maxLength: 60 }), async (limits, steps) => {
        const { clock, rates, payer } = world(limits);
        const begin = clock.now();
        const admitted = { ...nothing };
        const largest = { ...nothing };
        for (const { pause, ...cost } of steps) {
          clock.advance(pause);
          const before = await rates.take(payer, nothing);
          const { passed, events, buckets } = await rates.take(payer, cost);
          const taken = passed ? { ...cost, events } : nothing;
          expect(events).toBeLessThanOrEqual(passed ? cost.events : 0);
          for (const [index, { of, quota }] of limits.entries()) {
            admitted[of] += taken[of];
            largest[of] = Math.max(largest[of], taken[of]);
            const most = Math.max(quota, largest[of]) + (quota * (clock.now() - begin)) / 10_000;
            expect(admitted[of]).toBeLessThanOrEqual(most + 1e-3);
            if (!passed) expect(buckets[index]?.left).toBe(before.buckets[index]?.left);
          }
        }
      }),
      { seed: 20_261_129, numRuns: 300 },
    );
  });

  it('let whoever waits as long as they are told through', async () => {
    const { clock, rates, payer } = world([limit('requests', 2), limit('events', 5)]);
    const cost = { requests: 1, events: 4, bytes: 0 };
    await rates.take(payer, cost);
    const second = await rates.take(payer, cost);
    expect(second).toMatchObject({
      passed: true,
      events: 1,
      buckets: [
        { left: 0, wait: 0 },
        { left: 0, wait: 6 },
      ],
    });
    const third = await rates.take(payer, cost);
    expect(third).toMatchObject({ passed: false, events: 0, buckets: [{ wait: 5 }, { wait: 0 }] });
    clock.advance(5000);
    expect(await rates.take(payer, cost)).toMatchObject({ passed: true });
  });

  it('of which a part is less than one request let one through when all is there, and make up for it', async () => {
    const { clock, rates, payer } = world([limit('bytes', 100)]);
    const cost = { requests: 1, events: 0, bytes: 250 };
    expect(await rates.take(payer, cost)).toMatchObject({ passed: true, buckets: [{ left: 0, reset: 25 }] });
    clock.advance(24_999);
    expect(await rates.take(payer, cost)).toMatchObject({ passed: false });
    clock.advance(1);
    expect(await rates.take(payer, cost)).toMatchObject({ passed: true });
  });

  it('that are overdrawn hold up nobody who asks nothing of them, and say nothing of how long to wait', async () => {
    const { rates, payer } = world([limit('requests', 2), limit('events', 0.1), limit('bytes', 100)]);
    await rates.take(payer, { requests: 1, events: 1, bytes: 5000 });
    const reads = { requests: 1, events: 0, bytes: 0 };
    const free = [{ wait: 0 }, { wait: 0 }];
    expect(await rates.take(payer, reads)).toMatchObject({ passed: true, buckets: [{ left: 0, wait: 0 }, ...free] });
    expect(await rates.take(payer, reads)).toMatchObject({ passed: false, buckets: [{ wait: 5 }, ...free] });
  });

  it('take back what was not used, and never more than they hold', async () => {
    const { rates, payer } = world([limit('events', 5)]);
    await rates.take(payer, { ...nothing, events: 5 });
    await rates.giveBack(payer, { ...nothing, events: 2 });
    expect(await rates.take(payer, { ...nothing, events: 9 })).toMatchObject({ events: 2 });
    await rates.giveBack(payer, { ...nothing, events: 100 });
    expect(await rates.take(payer, { ...nothing, events: 9 })).toMatchObject({ events: 5 });
  });

  it('count each key for itself, and all keys of a tenant together', async () => {
    const { rates, payer } = world([limit('requests', 1), { ...limit('requests', 2), whose: 'tenant' }]);
    const take = async (key: string, tenant = 't') =>
      (await rates.take({ ...payer, key, tenant }, { ...nothing, requests: 1 })).passed;
    expect([await take('a'), await take('a'), await take('b'), await take('c'), await take('c', 'u')]).toEqual([
      ...[true, false, true, false, true],
    ]);
  });
});
