import { nameOf, type Policy } from '../core/access/policies.ts';
import { BoundedMap } from '../core/bounded-map.ts';
import type { Clock } from '../ports/clock.ts';
import type { Bucket, Cost, Payer, Rates, Taken } from '../ports/rates.ts';

/** Buckets that are remembered; of more, those that were asked longest ago are full again. */
const MOST_BUCKETS = 10_000;

/**
 * The buckets of one process (the generic cell rate algorithm, ITU-T I.371, by what is missing of each bucket). A quota may be a
 * fraction here, because it is a part of the whole: a full bucket lets through what it could never hold, and makes up for
 * it afterwards. So none admits more than its rate and, once, the larger of its burst and the largest request.
 */
export function memoryRates(clock: Pick<Clock, 'now'>): Rates {
  const kept = new BoundedMap<string, { missing: number; at: number }>(MOST_BUCKETS);
  const look = (payer: Payer, policy: Policy): Asked => {
    const { missing, at } = kept.get(idOf(payer, policy)) ?? { missing: 0, at: 0 };
    const back = Math.max(0, clock.now() - at) / msOf(policy);
    return { policy, missing: Math.max(0, missing - back) };
  };
  const keep = (payer: Payer, { policy, missing }: Asked): void => {
    if (missing > 0) kept.set(idOf(payer, policy), { missing, at: clock.now() });
    else kept.delete(idOf(payer, policy));
  };
  return {
    async take(payer, cost) {
      const asked = payer.policies.map((policy) => look(payer, policy));
      const { passed, events } = admitted(asked, cost);
      const taken: Cost = passed ? { ...cost, events } : { requests: 0, events: 0, bytes: 0 };
      const buckets = asked.map(({ policy, missing }) => {
        const { of } = policy;
        const left = { policy, missing: missing + taken[of] };
        keep(payer, left);
        return bucketOf(left, passed === (of === 'events') ? cost[of] - taken[of] : 0);
      });
      return { passed, events, buckets };
    },
    async giveBack(payer, cost) {
      for (const policy of payer.policies) {
        const { missing } = look(payer, policy);
        keep(payer, { policy, missing: missing - cost[policy.of] });
      }
    },
  };
}

/** A bucket, and how many tokens it lacks. */
interface Asked {
  policy: Policy;
  missing: number;
}

const idOf = ({ tenant, key }: Payer, policy: Policy): string =>
  `${tenant}/${policy.whose === 'key' ? key : ''}/${nameOf(policy)}`;

/** What one token takes to come back. */
const msOf = ({ quota, windowSeconds }: Policy): number => (windowSeconds * 1000) / quota;

/** Sums of fractions are a little off. */
const LITTLE = 1e-6;

/** Never less than nothing: a request that asks nothing of a bucket is not held up by what another overdrew. */
const roomIn = ({ policy, missing }: Asked): number => Math.max(0, policy.quota - missing) + LITTLE;
const isFull = ({ missing }: Asked): boolean => missing < LITTLE;

function admitted(asked: readonly Asked[], cost: Cost): Pick<Taken, 'passed' | 'events'> {
  const ofEvents = asked.filter(({ policy }) => policy.of === 'events');
  const others = asked.filter(({ policy }) => policy.of !== 'events');
  const passed = others.every((one) => isFull(one) || cost[one.policy.of] <= roomIn(one));
  if (!passed) return { passed, events: 0 };
  const rooms = ofEvents.map((one) => Math.max(isFull(one) ? 1 : 0, Math.floor(roomIn(one))));
  return { passed, events: Math.min(cost.events, ...rooms) };
}

/** @param lacking tokens that were asked for and not taken; more than a bucket holds wait for a full one */
function bucketOf(left: Asked, lacking: number): Bucket {
  const { policy, missing } = left;
  const wanted = Math.min(lacking, policy.quota);
  const wait = wanted <= roomIn(left) ? 0 : missing + wanted - policy.quota;
  return {
    left: Math.max(0, Math.floor(roomIn(left))),
    reset: seconds(missing * msOf(policy)),
    wait: seconds(wait * msOf(policy)),
  };
}

/** Whole ones, rounded up. */
const seconds = (ms: number): number => Math.max(0, Math.ceil((ms - LITTLE) / 1000));
