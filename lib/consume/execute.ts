import { RESERVE_MS } from '../core/function-time.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { Settlement } from '../ports/transaction.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Breaker } from './breaker.ts';
import { groupOf } from './delivery.ts';
import { type Fates, returned } from './fates.ts';
import type { Runnable } from './handle.ts';
import { type RunPorts, run } from './run.ts';
import type { Settling } from './settle.ts';

export interface ExecuteOptions {
  definition: EventDefinition;
  runsAtOnce: number;
  remainingMs: () => number;
}

/** Events of one transaction that are finished at a time: projections and waiters, no handler. */
const FINISHES = 50;

/** Runs what was admitted: each on its own, ordered types group by group, `handleBatch` all together; and decides every fate. */
export async function execute(
  admitted: readonly Runnable[],
  { definition, runsAtOnce, remainingMs }: ExecuteOptions,
  ports: RunPorts,
  settling: Settling,
  fates: Fates,
  breaker: Breaker,
): Promise<void> {
  const { handleBatch, orderedBy, queue } = definition;
  /** What begins can also end, and be settled (protocol: whole-time-or-none). */
  const fits = (): boolean => remainingMs() >= queue.timeout * 1000 + RESERVE_MS;

  const finish = ({ delivery }: Runnable, settlement: Settlement): Promise<void> =>
    fates.decideBy(delivery, () => settling.finish(delivery, settlement));

  async function runOne(runnable: Runnable): Promise<void> {
    const { delivery } = runnable;
    if (!fits()) return fates.decide(delivery, returned(0));
    const result = await run([runnable], definition, ports);
    if (result.kind === 'infrastructure') return fates.outage([delivery], result.error);
    // It got through to MongoDB; a step that does not, below, opens the breaker again.
    breaker.close();
    if (result.kind === 'settled') return inParallel(result.settlements, 1, (one) => finish(runnable, one));
    await fates.decideBy(delivery, async () => {
      if (result.kind === 'refused') return settling.afterwards(delivery);
      if (result.kind === 'conflict') return settling.conflict(delivery);
      if (result.kind === 'transient') return settling.comeBack(delivery, result.error);
      if (result.kind === 'permanent') return settling.buried(delivery, result.error, 'permanent');
      return settling.attempted(delivery, result.error);
    });
  }

  /**
   * At the first failure of a group its head gets the delay; its followers become visible at once and wait behind it
   * (protocol: head-and-followers).
   */
  async function runGroup(group: readonly Runnable[]): Promise<void> {
    let stopped = false;
    for (const runnable of group) {
      if (stopped) fates.decide(runnable.delivery, returned(0));
      else if (breaker.open) fates.heldBack([runnable.delivery]);
      else await runOne(runnable);
      stopped ||= orderedBy !== undefined && !fates.isDone(runnable.delivery);
    }
  }

  /** One transaction for all of a tenant; when it fails, event by event (protocol: batch-together). */
  async function runTogether(events: readonly Runnable[]): Promise<void> {
    if (events.length < 2 || breaker.open || !fits()) return runGroup(events);
    const result = await run(events, definition, ports);
    if (result.kind === 'infrastructure')
      return fates.outage(
        events.map(({ delivery }) => delivery),
        result.error,
      );
    if (result.kind !== 'settled') return inParallel(events, runsAtOnce, (one) => runGroup([one]));
    const byKey = new Map(result.settlements.map((settlement) => [settlement.key, settlement]));
    await inParallel(events, FINISHES, async (runnable) => {
      const settlement = byKey.get(runnable.delivery.key);
      if (settlement) await finish(runnable, settlement);
    });
  }

  const waiting = await probed();
  if (handleBatch)
    await inParallel(Map.groupBy(waiting, ({ delivery }) => delivery.message.tenant).values(), 1, runTogether);
  else
    await inParallel(
      orderedBy ? Map.groupBy(waiting, ({ delivery }) => groupOf(delivery)).values() : waiting.map((one) => [one]),
      runsAtOnce,
      runGroup,
    );

  /**
   * While the breaker is open one event goes first; the others follow only when it got through (protocol: breaker).
   * @returns what is still to run
   */
  async function probed(): Promise<Runnable[]> {
    const [probe, ...rest] = admitted;
    if (!breaker.open || !probe) return [...admitted];
    await runOne(probe);
    if (!breaker.open && (!orderedBy || fates.isDone(probe.delivery))) return rest;
    const behind = (one: Runnable) => orderedBy && groupOf(one.delivery) === groupOf(probe.delivery);
    for (const { delivery } of rest.filter(behind)) fates.decide(delivery, returned(0));
    const free = rest.filter((one) => !behind(one));
    if (!breaker.open) return free;
    fates.heldBack(free.map(({ delivery }) => delivery));
    return [];
  }
}
