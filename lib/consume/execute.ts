import { RESERVE_MS } from '../core/function-time.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { Env } from '../sdk/settings.ts';
import type { Batch } from './batch.ts';
import type { Runnable } from './handle.ts';
import { run } from './run.ts';

/** Events of one transaction that are finished at a time: projections and waiters, no handler. */
const FINISHES = 50;

/** Runs what was admitted: each on its own, ordered types group by group, `handleBatch` all together; and decides every fate. */
export async function execute(admitted: readonly Runnable[], env: Env, batch: Batch): Promise<void> {
  const { options, breaker, fates } = batch;
  const ports = { ...batch.ports, env };
  const { definition, runsAtOnce } = options;
  const { handleBatch, orderedBy, queue } = definition;
  /** What begins can also end, and be settled (protocol: whole-time-or-none). */
  const fits = (): boolean => batch.remainingMs() >= queue.timeout * 1000 + RESERVE_MS;
  const statesOf = (runnables: readonly Runnable[]) => runnables.map(({ state }) => state);

  async function runOne(runnable: Runnable): Promise<void> {
    const { state } = runnable;
    if (!fits()) return batch.settle(state, { kind: 'no-time' });
    const result = await run([runnable], definition, ports);
    if (result.kind === 'infrastructure') return batch.outage([state], result.error);
    // It got through to MongoDB; a step that does not, below, opens the breaker again.
    breaker.close();
    if (result.kind !== 'settled') return batch.settle(state, result);
    await inParallel(result.settlements, 1, (settlement) => batch.settle(state, { kind: 'settled', settlement }));
  }

  /**
   * At the first failure of a group its head gets the delay; its followers become visible at once and wait behind it
   * (protocol: head-and-followers).
   */
  async function runGroup(group: readonly Runnable[]): Promise<void> {
    let stopped = false;
    for (const runnable of group) {
      if (stopped) await batch.settle(runnable.state, { kind: 'behind-another' });
      else if (breaker.open) batch.hold([runnable.state]);
      else await runOne(runnable);
      stopped ||= orderedBy !== undefined && !fates.isDone(runnable.state);
    }
  }

  /** One transaction for all of a tenant; when it fails, event by event (protocol: batch-together). */
  async function runTogether(events: readonly Runnable[]): Promise<void> {
    if (events.length < 2 || breaker.open || !fits()) return runGroup(events);
    const result = await run(events, definition, ports);
    if (result.kind === 'infrastructure') return batch.outage(statesOf(events), result.error);
    if (result.kind !== 'settled') return inParallel(events, runsAtOnce, (one) => runGroup([one]));
    const byKey = new Map(result.settlements.map((settlement) => [settlement.key, settlement]));
    await inParallel(events, FINISHES, async ({ state }) => {
      const settlement = byKey.get(state.key);
      if (settlement) await batch.settle(state, { kind: 'settled', settlement });
    });
  }

  /**
   * While the breaker is open one event goes first; the others follow only when it got through (protocol: breaker).
   * @returns what is still to run
   */
  async function probed(): Promise<readonly Runnable[]> {
    const [probe, ...rest] = admitted;
    if (!breaker.open || !probe) return admitted;
    await runOne(probe);
    if (!breaker.open && (!orderedBy || fates.isDone(probe.state))) return rest;
    const isBehind = ({ state }: Runnable) => orderedBy && state.group === probe.state.group;
    for (const { state } of rest.filter(isBehind)) await batch.settle(state, { kind: 'behind-another' });
    const free = rest.filter((one) => !isBehind(one));
    if (!breaker.open) return free;
    batch.hold(statesOf(free));
    return [];
  }

  const waiting = await probed();
  if (handleBatch) {
    await inParallel(Map.groupBy(waiting, ({ state }) => state.message.tenant).values(), 1, runTogether);
    return;
  }
  const groups = orderedBy ? Map.groupBy(waiting, ({ state }) => state.group).values() : waiting.map((one) => [one]);
  await inParallel(groups, runsAtOnce, runGroup);
}
