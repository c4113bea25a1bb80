import { randomBytes } from 'node:crypto';
import { HttpProblem } from '../core/problem.ts';
import { withoutRedis } from '../core/without-redis.ts';
import type { Claim, Claims, RateVerdict } from '../ports/claims.ts';
import type { Log } from '../sdk/log.ts';
import type { CheckedEvent } from './check.ts';

/** How long a claim stands that nobody confirms; a request that died holds its ids no longer than this. */
export const CLAIM_MS = 5000;

/** Events per window and tenant. */
export interface RateLimit {
  quota: number;
  windowSeconds: number;
}

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
  rateLimit?: RateLimit | undefined;
}

/**
 * Claims the ids of all events and asks for their tokens, in one flush. When Redis does not answer every event counts as claimed:
 * Redis is speed, MongoDB is truth, and the consumer makes a second publication harmless
 * (protocol: claim, redis-is-speed).
 * Tokens go to what is new, in its order (protocol: rate-limit).
 * @returns one verdict per event, in their order; claims over the rate limit are released. `unused` are the tokens that
 * were granted to events that are known already
 */
export async function claimAll(
  events: readonly CheckedEvent[],
  tenant: string,
  { claims, log, rateLimit }: Ports,
): Promise<{ claimed: ClaimedEvent[]; rate?: RateVerdict; unused: number }> {
  const wanted = events.map((event) => ({ event, key: event.key, claim: newClaim(event) }));
  const answer = await withoutRedis(log, 'ids were not claimed', () =>
    claims.claim(wanted, rateLimit && { tenant, ...rateLimit }),
  );
  const judged = wanted.map(({ event, claim }, index) => {
    return { event, claim, verdict: judge(answer?.found[index] ?? null, event) };
  });
  const rate = answer?.rate && rateLimit && share(answer.rate, rateLimit, judged);
  const over = new Set(rate?.over);
  await release(
    judged.filter((one) => over.has(one)),
    { claims, log },
  );
  const claimed = judged.map((one) => (over.has(one) ? { ...one, verdict: rateLimited(rate?.verdict) } : one));
  return { claimed, unused: rate?.unused ?? 0, ...(rate && { rate: rate.verdict }) };
}

/**
 * What becomes of the tokens that were granted for all: what is new gets them first; one that is refused for another
 * reason costs one of the rest; a known one costs none.
 */
function share(granting: RateVerdict, { quota, windowSeconds }: RateLimit, judged: readonly ClaimedEvent[]) {
  const fresh = judged.filter(({ verdict }) => verdict === 'mine');
  const known = judged.filter(({ verdict }) => verdict === 'known');
  const over = fresh.slice(granting.granted);
  const unused = Math.max(0, granting.granted - (judged.length - known.length));
  // Asked was for the known ones too: those that are over wait for their own tokens alone.
  const wait = Math.ceil((Math.min(over.length, quota) * windowSeconds) / quota);
  const verdict: RateVerdict = {
    ...granting,
    remaining: granting.remaining + unused,
    reset: Math.max(0, Math.ceil(granting.reset - (unused * windowSeconds) / quota)),
    retryAfter: Math.min(granting.retryAfter, wait),
  };
  return { over, unused, verdict };
}

/** Tokens that nothing used go back; when Redis does not answer they come back with time. */
export async function giveBack(tenant: string, tokens: number, { claims, log, rateLimit }: Ports): Promise<void> {
  if (tokens === 0 || !rateLimit) return;
  await withoutRedis(log, 'tokens were not given back', () => claims.giveBack({ tenant, ...rateLimit }, tokens));
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

const newClaim = ({ fingerprint, type, subject, time, recordedtime }: CheckedEvent): Claim => ({
  owner: randomBytes(16).toString('base64url'),
  confirmed: false,
  fingerprint,
  type,
  ...(subject !== undefined && { subject }),
  time,
  recordedtime,
});

/** An unconfirmed claim says nothing of payloads yet: it may still be refused by SQS. */
function judge(found: Claim | null, { id, fingerprint }: CheckedEvent): Verdict {
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

const rateLimited = (rate: RateVerdict | undefined): HttpProblem =>
  new HttpProblem('rate-limited', 'more events than this tenant may send in the time', {
    retryAfter: Math.max(1, Math.ceil(rate?.retryAfter ?? 1)),
  });
