import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../lib/core/access/identity.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { rateHeaders } from '../../../lib/http/rate-headers.ts';
import { createLimits, type LimitPorts } from '../../../lib/limits/charge.ts';
import { memoryRates } from '../../../lib/limits/memory-rates.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { silentLog } from '../../support/log.ts';
import { memoryRatesOf } from '../../support/memory-rates.ts';

const identity: Identity = { tenant: 'acme', key: { id: 'k', name: 'k' }, scopes: [] };
const admin: Identity = { ...identity, rate: { requests: 1, events: 2 }, tenantRate: { requests: 3, bytes: 419_431 } };

function world(changed: Partial<LimitPorts> = {}) {
  const clock = fakeClock();
  const rates = memoryRates(clock);
  const others = { inMemory: memoryRates(clock), log: silentLog, rateLimit: undefined, environments: 10 };
  return { clock, limits: createLimits({ rates, ...others, ...changed }) };
}

describe('a charge', () => {
  it('is taken once, however often it is asked for', async () => {
    const { limits } = world();
    const charge = limits.chargeOf(admin, 0);
    expect([await charge.take(3), await charge.take(9)]).toEqual([{ events: 3 }, { events: 3 }]);
    expect(charge.nearest()).toMatchObject({ whose: 'key', of: 'events', left: 17 });
  });

  it('asks nobody where nobody has a limit', async () => {
    const { limits } = world({
      rates: { take: () => Promise.reject(new Error('asked')), giveBack: async () => undefined },
    });
    const charge = limits.chargeOf(identity, 9);
    expect(await charge.take(7)).toEqual({ events: 7 });
    expect(charge.nearest()).toBeUndefined();
  });

  it('that is refused is 429, names what is over, and says when it could be there', async () => {
    const { limits } = world();
    for (let sent = 0; sent < 10; sent++) await limits.chargeOf(admin, 0).take();
    const charge = limits.chargeOf(admin, 0);
    expect(await charge.take()).toMatchObject({
      refused: { retryAfter: 1, problem: { status: 429, code: 'rate-limited', retryable: true } },
    });
    expect(charge.nearest()).toMatchObject({ whose: 'key', of: 'requests', left: 0, reset: 10 });
    expect(await charge.take()).toMatchObject({ refused: { message: 'over the limit key-requests: again in 1 s' } });
  });

  it('tells of the limit that is nearest its end; of one that refuses, were another nearer', async () => {
    const { limits } = world();
    const large = limits.chargeOf(admin, 4_000_000);
    await large.take();
    expect(large.nearest()).toMatchObject({ whose: 'tenant', of: 'bytes', left: 194_310 });
    const { refused } = { refused: undefined, ...(await limits.chargeOf(admin, 194_311).take()) };
    expect(refused).toMatchObject({ retryAfter: 1, message: expect.stringContaining('tenant-bytes') });
    const small = limits.chargeOf({ ...admin, rate: { events: 1 } }, 0);
    await small.take(10);
    expect(small.nearest()).toMatchObject({ whose: 'key', of: 'events', left: 0 });
    const over = limits.chargeOf({ ...admin, rate: { events: 1 } }, 300_000);
    await over.take();
    expect(over.nearest()).toMatchObject({ whose: 'tenant', of: 'bytes' });
  });

  it('that is given back is as if it had not been', async () => {
    const { limits } = world();
    const [first, second] = [limits.chargeOf(admin, 1000), limits.chargeOf(admin, 1000)];
    await first.take(20);
    await first.giveBack({ events: 20 });
    await first.giveBack('all');
    expect(first.nearest()).toMatchObject({ left: 10, quota: 10, reset: 0 });
    await second.take();
    expect(second.nearest()).toMatchObject({ of: 'requests', left: 9 });
  });
});

describe('while Redis is silent', () => {
  const silent = () => ({ ...memoryRatesOf(0), take: () => Promise.reject(new Error('silent')) });

  it('each environment admits its part of the rate, in memory', async () => {
    const { clock, limits } = world({ rates: silent(), environments: 5 });
    const passed = async () => {
      let count = 0;
      while (count < 100 && !('refused' in (await limits.chargeOf(admin, 0).take()))) count++;
      return count;
    };
    expect(await passed()).toBe(2);
    clock.advance(5000);
    expect(await passed()).toBe(1);
    const refused = limits.chargeOf(admin, 0);
    expect(await refused.take()).toMatchObject({ refused: { retryAfter: 5 } });
    expect(refused.nearest()).toMatchObject({ of: 'requests', quota: 2, left: 0 });
  });

  it('what was not used goes back to where it came from', async () => {
    const { limits } = world({ rates: silent(), environments: 1 });
    const charge = limits.chargeOf(admin, 0);
    await charge.take(20);
    await charge.giveBack({ events: 5 });
    expect(await limits.chargeOf(admin, 0).take(20)).toEqual({ events: 5 });
  });

  it('tells of whole ones, also of a part of a rate', async () => {
    const silence = () => Promise.reject(new DependencyError('redis', 'silent'));
    const { limits } = world({ rates: { take: silence, giveBack: silence }, environments: 20 });
    const charge = limits.chargeOf({ ...identity, rate: { requests: 1 } }, 0);
    await charge.take();
    await charge.giveBack('all');
    expect(rateHeaders(charge.nearest())).toMatchObject({ ratelimit: '"key-requests";r=0;t=0' });
  });
});
