import { setTimeout as wait } from 'node:timers/promises';
import type { Caller } from '../../../local/stack/caller.ts';
import type { ChaosStack } from '../harness/stack.ts';

/** How often everything is connected anew without a freeze, to know what that costs. */
const FRESH = 5;

export const post = (caller: Caller, id: string) =>
  caller.post('/events', { id, type: 'chaos.slow', data: { work: 0 } }, { signal: AbortSignal.timeout(20_000) });

export type Asked = { of: 'ingest' | 'query'; status: number; ms: number };

export async function timed(of: Asked['of'], ask: () => Promise<Response>): Promise<Asked> {
  const begun = performance.now();
  try {
    const response = await ask();
    await response.arrayBuffer();
    return { of, status: response.status, ms: performance.now() - begun };
  } catch {
    return { of, status: 0, ms: performance.now() - begun };
  }
}

/** @returns the median in ms of a request that finds all its connections cut */
export async function costOfFresh(
  { proxies }: ChaosStack,
  ask: () => Promise<Asked[]>,
): Promise<Record<Asked['of'], number>> {
  const found = { ingest: [0], query: [0] };
  found.ingest.length = found.query.length = 0;
  for (let time = 0; time <= FRESH; time++) {
    for (const proxy of Object.values(proxies)) proxy.cut();
    await wait(100);
    // The first finds functions that are cold.
    for (const { of, ms } of await ask()) if (time > 0) found[of].push(ms);
  }
  const median = (all: number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
  return { ingest: median(found.ingest), query: median(found.query) };
}
