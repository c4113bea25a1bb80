import type { Waiter } from '../core/access/identity.ts';
import { withoutRedis } from '../core/without-redis.ts';
import type { Clock } from '../ports/clock.ts';
import type { Results, SettledEvent, StoredOutcome } from '../ports/results.ts';
import type { Log } from '../sdk/log.ts';

interface Ports {
  results: Results;
  clock: Clock;
  log: Log;
}

/**
 * Waits until an event of this payload is settled. Each wait takes a slot, so that waiting cannot eat the account's
 * concurrency (protocol: outcome-then-event, places-to-wait).
 * @param until milliseconds since the epoch; when it is past, what is known is looked up once
 * @returns the outcome, with the settled event while Redis keeps it; undefined when time, slots or Redis gave out
 */
export async function waitForOutcome(
  { waiter, key, fingerprint, until }: { waiter: Waiter; key: string; fingerprint: string; until: number },
  { results, clock, log }: Ports,
): Promise<{ outcome: StoredOutcome; event?: SettledEvent } | undefined> {
  const look = async () => {
    const found = await results.read(key);
    return found?.outcome.fingerprint === fingerprint ? found : null;
  };
  const found = await withoutRedis(log, 'nobody waits', async () => {
    const ms = until - clock.now();
    if (ms <= 0) return look();
    return withSlot(results, waiter, ms, () => results.wait(key, ms, look));
  });
  return found ?? undefined;
}

/** @returns what `act` returns, or null when there was no slot */
export async function withSlot<Value>(
  results: Results,
  waiter: Waiter,
  ms: number,
  act: () => Promise<Value>,
): Promise<Value | null> {
  const slot = await results.takeSlot(waiter, ms);
  if (!slot) return null;
  try {
    return await act();
  } finally {
    await slot.release();
  }
}
