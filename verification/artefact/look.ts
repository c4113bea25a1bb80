import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 100;

/** @throws Error where it was not that */
export function expected(what: string, found: string): string {
  if (found !== what) throw new Error(`${found || 'nothing'} in place of ${what || 'nothing'}`);
  return found;
}

/** @throws Error where the answer is no success */
export async function answered<Body>(asked: Promise<Response>): Promise<Body> {
  const response = await asked;
  const body = await response.text();
  if (!response.ok) throw new Error(`answered ${response.status}: ${body}`);
  return JSON.parse(body) as Body;
}

/** Looks until it holds: whoever waits for what never comes is ended by the test. */
export async function eventually<Value>(look: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    await pause(PAUSE_MS);
  }
}
