import type { Dependency } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ping } from '../ports/ping.ts';
import type { Handlers } from './http-function.ts';

export type Pings = Readonly<Record<Dependency, Ping>>;

/** How long one execution environment gives the same answer: anybody may ask, and each look costs three stores a call. */
export const KEPT_MS = 5000;

/** The dependencies, one ping each, at most once in KEPT_MS; who asks meanwhile shares the answer, also one that is on its way. */
export function getHealth(pings: Pings, clock: Clock): Handlers<'GET /health'> {
  let last: { at: number; answer: ReturnType<typeof checkHealth> } | undefined;
  return {
    'GET /health': () => {
      if (!last || Math.abs(clock.now() - last.at) >= KEPT_MS)
        last = { at: clock.now(), answer: checkHealth(pings, clock) };
      return last.answer;
    },
  };
}

export interface Health {
  status: 'up' | 'down';
  dependencies: Record<Dependency, 'up' | 'down'>;
}

/** A ping has its own budget; this is the answer's. */
const BUDGET_MS = 5000;

/**
 * Asks every dependency at once and says which are up; names no addresses.
 * @returns the HTTP status (200 when all are up, else 503) and the body
 */
export async function checkHealth(pings: Pings, clock: Clock): Promise<{ status: 200 | 503; body: Health }> {
  const [mongodb, redis, sqs] = await Promise.all([
    isUp(pings.mongodb, clock),
    isUp(pings.redis, clock),
    isUp(pings.sqs, clock),
  ]);
  const up = mongodb && redis && sqs;
  const word = (answer: boolean) => (answer ? 'up' : 'down');
  return {
    status: up ? 200 : 503,
    body: {
      status: word(up),
      dependencies: { mongodb: word(mongodb), redis: word(redis), sqs: word(sqs) },
    },
  };
}

async function isUp(ping: Ping, clock: Clock): Promise<boolean> {
  const answered = new AbortController();
  try {
    return await Promise.race([ping(), clock.sleep(BUDGET_MS, answered.signal).then(() => false)]);
  } finally {
    answered.abort();
  }
}
