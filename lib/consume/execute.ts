import { RESERVE_MS } from '../core/function-time.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { Settlement } from '../ports/transaction.ts';
import type { Env } from '../sdk/settings.ts';
import type { Batch } from './batch.ts';
import type { Runnable } from './handle.ts';
import { type InTurn, type Joint, joinFirst } from './join.ts';
import { run } from './run.ts';

/** Events of one transaction that are finished at a time: projections and waiters, no handler. */
const FINISHES = 50;

/**
 * Runs what was admitted: `handleBatch` all together, first deliveries jointly where the type and the batch do so, the rest each on its own,
 * ordered types group by group; and decides every fate.
 * @param joint how first deliveries run jointly; undefined where they do not
 */
export async function execute(
  admitted: readonly Runnable[],
  env: Env,
  batch: Batch,
  joint: Joint | undefined,
): Promise<void> {
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
  const isBehind = (runnable: Runnable): boolean =>
    orderedBy !== undefined &&
    admitted
      .slice(0, admitted.indexOf(runnable))
      .some(({ state }) => state.group === runnable.state.group && fates.of(state)?.kind === 'returned');

  /**
   * Groups beside each other, and what is in each one after another.
   * @param committed what a joint run has settled of one that is behind another
   */
  function inGroups(
    events: readonly Runnable[],
    width: number,
    work: (one: Runnable) => Promise<void>,
    committed: (one: Runnable) => Settlement | undefined = () => undefined,
  ): Promise<void> {
    const groups = orderedBy ? Map.groupBy(events, ({ state }) => state.group).values() : events.map((one) => [one]);
    return inParallel(groups, width, async (group) => {
      for (const one of group)
        if (isBehind(one)) await batch.settle(one.state, { kind: 'behind-another', settlement: committed(one) });
        else await work(one);
    });
  }

  /** Beside each other, but where environments meet (protocol: single-after-fall-back). */
  const eachAlone = (events: readonly Runnable[]): Promise<void> =>
    inGroups(events, batch.joining.meets ? 1 : runsAtOnce, async (one) =>
      breaker.open ? batch.hold([one.state]) : runOne(one),
    );

  const settleEach: InTurn = (events, factOf) =>
    inGroups(
      events,
      FINISHES,
      async ({ state }) => {
        const fact = factOf(state);
        if (fact) await batch.settle(state, fact);
      },
      ({ state }) => {
        const fact = factOf(state);
        return fact?.kind === 'settled' ? fact.settlement : undefined;
      },
    );

  /** One transaction for all of a tenant; when it fails, event by event (protocol: batch-together). */
  async function runTogether(events: readonly Runnable[]): Promise<void> {
    if (events.length < 2 || breaker.open || !fits()) return eachAlone(events);
    const result = await run(events, definition, ports);
    if (result.kind === 'infrastructure') return batch.outage(statesOf(events), result.error);
    if (result.kind !== 'settled') return eachAlone(events);
    const byKey = new Map(result.settlements.map((settlement) => [settlement.key, settlement]));
    await settleEach(events, ({ key }) => {
      const settlement = byKey.get(key);
      return settlement && { kind: 'settled', settlement };
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
    return rest;
  }

  const waiting = await probed();
  if (handleBatch)
    return inParallel(Map.groupBy(waiting, ({ state }) => state.message.tenant).values(), 1, runTogether);
  await eachAlone(joint ? await joinFirst(waiting, env, batch, joint, settleEach) : waiting);
}
