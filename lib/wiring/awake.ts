import { systemClock } from './clock.ts';

/** What is read beside invocations. */
const readings = new Set<Promise<unknown>>();

/** More than a store has to answer (SECRETS_TIMEOUT_MS): what takes longer is not waited for. */
const MOST_MS = 5000;
/** Left for the answer itself. */
const BESIDE_MS = 500;

/** Says that no invocation is to end before this has. @returns what it is given */
export function keepAwake<Value>(reading: Promise<Value>): Promise<Value> {
  const kept: Promise<Value> = reading.finally(() => void readings.delete(kept));
  readings.add(kept);
  return kept;
}

/**
 * Does the work of one invocation, and ends when what keeps awake has ended, too. Lambda freezes a function when it has answered: what is
 * read beside the work would be cut off each time, because its time is over when the function thaws.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 * @param remainingMs until Lambda ends it
 * @throws what the work throws
 */
export async function whileAwake<Value>(work: () => Promise<Value>, remainingMs: () => number): Promise<Value> {
  try {
    return await work();
  } finally {
    if (readings.size > 0) await ended(Math.min(MOST_MS, Math.max(0, remainingMs() - BESIDE_MS)));
  }
}

async function ended(ms: number): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([Promise.allSettled(readings), systemClock.sleep(ms, over.signal)]);
  } finally {
    over.abort();
  }
}
