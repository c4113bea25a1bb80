import { setTimeout as wait } from 'node:timers/promises';
import type { FaultProxy } from '../../../test/support/fault-proxy.ts';

/** A dependency that cannot be reached: nobody listens, or somebody takes everything and never answers. */
export type Absence = 'closed port' | 'black hole';

/** While a dependency was away, in epoch ms. */
export interface Outage {
  from: number;
  to: number;
}

/**
 * A dependency goes away, and comes back.
 * @param proxy before it
 * @param ways one after the other, for as long as each other
 * @param whole the time in milliseconds
 */
export async function takeAway(proxy: FaultProxy, ways: readonly Absence[], whole: number): Promise<Outage> {
  let closed = false;
  const from = Date.now();
  for (const way of ways) {
    if (way === 'closed port') await proxy.closePort();
    else {
      proxy.mode = 'silent';
      if (closed) await proxy.openPort();
    }
    closed = way === 'closed port';
    await wait(whole / ways.length);
  }
  const to = Date.now();
  // What was sent into the black hole is lost, so that no connection may go on as if it had been read.
  proxy.cut();
  proxy.mode = 'pass';
  if (closed) await proxy.openPort();
  return { from, to };
}
