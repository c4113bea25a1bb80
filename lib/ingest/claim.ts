import { randomBytes } from 'node:crypto';
import { HttpProblem } from '../core/problem.ts';
import { withoutRedis } from '../core/without-redis.ts';
import { type Charge, overEvents } from '../limits/charge.ts';
import type { Claim, Claims } from '../ports/claims.ts';
import type { Log } from '../sdk/log.ts';
import type { CheckedEvent } from './check.ts';

/** How long a claim stands that nobody confirms; a request that died holds its ids no longer than this. */
export const CLAIM_MS = 5000;

/** What a claim said: this request may publish, the event is known, or it cannot be taken. */
export type Verdict = 'mine' | 'known' | HttpProblem;

export interface ClaimedEvent {
  event: CheckedEvent;
  claim: Claim;
  verdict: Verdict;
}

interface Ports {
  claims: Claims;
  log: Log;
}

/**
 * Claims the ids of all events and takes what the request costs, in one flush. When Redis does not answer every event counts as
 * claimed: Redis is speed, MongoDB is truth, and the consumer makes a second publication harmless
 * (protocol: claim, redis-is-speed).
 * Tokens go to what is new, in its order (protocol: rate-limit).
 * @param refused how many others of the request cost a token, because they cannot be taken
 * @returns one verdict per event, in their order; claims over the rate are released. `unused` are the tokens that were
 * taken for events that are known already
 * @throws HttpProblem 429 where the request itself is over a rate
 */
export async function claimAll(
  events: readonly CheckedEvent[],
  { refused, charge }: { refused: number; charge: Charge },
  ports: Ports,
): Promise<{ claimed: ClaimedEvent[]; unused: number }> {
  const owners = newOwners(events.length);
  const wanted = events.map((event, index) => ({ event, key: event.key, claim: newClaim(event, owners(index)) }));
  const [found, allowance] = await Promise.all([
    wanted.length > 0 && withoutRedis(ports.log, 'ids were not claimed', () => ports.claims.claim(wanted)),
    charge.take(wanted.length + refused),
  ]);
  const judged = wanted.map(({ event, claim }, index) => ({
    event,
    claim,
    verdict: judge((found || [])[index], event),
  }));
  const fresh = judged.filter(({ verdict }) => verdict === 'mine');
  if ('refused' in allowance) {
    await release(fresh, ports);
    throw allowance.refused;
  }
  const known = judged.filter(({ verdict }) => verdict === 'known').length;
  const over = new Set(fresh.slice(allowance.events));
  const unused = Math.max(0, allowance.events - (judged.length + refused - known));
  // A request of which nothing is taken but for its rate costs nothing.
  const inVain = over.size > 0 && over.size === judged.length + refused;
  await Promise.all([release([...over], ports), inVain && charge.giveBack('all')]);
  if (over.size === 0) return { claimed: judged, unused };
  const tooMany = overEvents(charge.secondsFor(over.size));
  return { claimed: judged.map((one) => (over.has(one) ? { ...one, verdict: tooMany } : one)), unused };
}

/** The events whose message SQS holds are known from now on; when Redis does not answer they are only not known here. */
export const confirm = (events: readonly ClaimedEvent[], { claims, log }: Ports): Promise<void> =>
  forEach(events, log, 'ids were not confirmed', (all) =>
    claims.confirm(all.map(({ event, claim }) => ({ key: event.key, claim }))),
  );

/** The ids of events that SQS does not hold are free again; when Redis does not answer they are so when their claims expire. */
export const release = (events: readonly Omit<ClaimedEvent, 'verdict'>[], { claims, log }: Ports): Promise<void> =>
  forEach(events, log, 'ids were not released', (all) =>
    claims.release(all.map(({ event, claim }) => ({ key: event.key, owner: claim.owner }))),
  );

async function forEach<Item>(
  items: readonly Item[],
  log: Log,
  without: string,
  act: (items: readonly Item[]) => Promise<void>,
) {
  if (items.length > 0) await withoutRedis(log, without, () => act(items));
}

const OWNER_BYTES = 16;

/** All from one call, which costs as much as it does for one. @returns the owner of the claim with this number */
function newOwners(count: number): (index: number) => string {
  const bytes = randomBytes(OWNER_BYTES * count);
  return (index) => bytes.toString('base64url', OWNER_BYTES * index, OWNER_BYTES * (index + 1));
}

const newClaim = ({ fingerprint, type, subject, time, recordedtime }: CheckedEvent, owner: string): Claim => ({
  owner,
  confirmed: false,
  fingerprint,
  type,
  ...(subject !== undefined && { subject }),
  time,
  recordedtime,
});

/** An unconfirmed claim says nothing of payloads yet: it may still be refused by SQS. */
function judge(found: Claim | null | undefined, { id, fingerprint }: CheckedEvent): Verdict {
  if (!found) return 'mine';
  const name = JSON.stringify(id);
  if (!found.confirmed) {
    return new HttpProblem('in-flight', `another request with the id ${name} is under way`, { retryAfter: 1 });
  }
  return found.fingerprint === fingerprint ? 'known' : idReused(id);
}

export const idReused = (id: string): HttpProblem =>
  new HttpProblem(
    'id-reused',
    `the id ${JSON.stringify(id)} was taken with another payload; a new event needs a new id`,
    {
      errors: [{ pointer: '#/id', detail: 'known with another payload' }],
    },
  );
