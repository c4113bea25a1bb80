import { type Dependency, DependencyError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { MissingSetup } from '../ports/missing-setup.ts';
import type { Ping } from '../ports/ping.ts';
import type { Handlers } from './http-function.ts';

export type Pings = Readonly<Record<Dependency, Ping>>;

/** How long one execution environment gives the same answer: anybody may ask, and each look costs three stores a call. */
export const KEPT_MS = 5000;

/**
 * The dependencies, one ping each, and whether the database is one that this code can use, at most once in KEPT_MS; who asks meanwhile
 * shares the answer, also one that is on its way.
 */
export function getHealth(pings: Pings, missingSetup: MissingSetup, clock: Clock): Handlers<'GET /health'> {
  let last: { at: number; answer: ReturnType<typeof checkHealth> } | undefined;
  return {
    'GET /health': () => {
      if (!last || Math.abs(clock.now() - last.at) >= KEPT_MS)
        last = { at: clock.now(), answer: checkHealth(pings, missingSetup, clock) };
      return last.answer;
    },
  };
}

export interface Health {
  status: 'up' | 'down';
  dependencies: Record<Dependency, 'up' | 'down'>;
  /** Why one that answers is down all the same. */
  reasons?: { mongodb: 'setup-missing' };
}

/** A ping has its own budget; this is the answer's. */
const BUDGET_MS = 5000;

/**
 * Asks every dependency at once and says which are up; names no addresses. A database without Sluice's own collections and indexes is down:
 * nothing can run on it (protocol: setup-before-the-run).
 * @returns the HTTP status (200 when all are up, else 503) and the body
 */
export async function checkHealth(
  pings: Pings,
  missingSetup: MissingSetup,
  clock: Clock,
): Promise<{ status: 200 | 503; body: Health }> {
  const [answers, setUp, redis, sqs] = await Promise.all([
    isUp(pings.mongodb, clock),
    isSetUpIn(missingSetup, clock),
    isUp(pings.redis, clock),
    isUp(pings.sqs, clock),
  ]);
  const mongodb = answers && setUp;
  const up = mongodb && redis && sqs;
  const word = (answer: boolean) => (answer ? 'up' : 'down');
  return {
    status: up ? 200 : 503,
    body: {
      status: word(up),
      dependencies: { mongodb: word(mongodb), redis: word(redis), sqs: word(sqs) },
      ...(answers && !setUp && { reasons: { mongodb: 'setup-missing' } }),
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

/** Where that cannot be asked the ping says enough. */
const isSetUpIn = (missingSetup: MissingSetup, clock: Clock): Promise<boolean> =>
  isUp(async () => {
    try {
      return (await missingSetup()).length === 0;
    } catch (error) {
      if (error instanceof DependencyError) return true;
      throw error;
    }
  }, clock);
