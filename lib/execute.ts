import type { Breaker } from './breaker.ts';
import type { EventDefinition } from './event.ts';
import { type Fates, returned } from './fates.ts';
import { RESERVE_MS } from './function-time.ts';
import type { Runnable } from './handle.ts';
import type { Settlement } from './ports.ts';
import { type RunPorts, run } from './run.ts';
import type { Settling } from './settle.ts';

export interface ExecuteOptions {
  definition: EventDefinition;
  runsAtOnce: number;
  remainingMs: () => number;
}

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
  const fits = (): boolean => remainingMs() >= queue.timeout * 1000 + RESERVE_MS;
  const finish = (runnable: Runnable | undefined, settlement: Settlement | undefined) =>
    runnable && settlement
      ? fates.step(runnable.delivery, () => settling.finish(runnable.delivery, settlement))
      : undefined;

  async function runOne(runnable: Runnable): Promise<void> {
    const { delivery } = runnable;
    if (!fits()) return fates.decide(delivery, returned(0));
    const result = await run([runnable], definition, ports);
    if (result.kind === 'infrastructure') return fates.outage(delivery, result.error);
    breaker.close();
    if (result.kind === 'settled') return finish(runnable, result.settlements[0]);
    await fates.step(delivery, async () => {
      if (result.kind === 'refused') return settling.afterwards(delivery);
      if (result.kind === 'conflict') return settling.conflict();
      if (result.kind === 'transient') return settling.comeBack(delivery, result.error);
      if (result.kind === 'permanent') return settling.buried(delivery, result.error, 'permanent');
      return settling.attempted(delivery, result.error);
    });
  }

  /** At the first failure of a group its head gets the delay; its followers become visible at once and wait behind it. */
  async function runGroup(group: readonly Runnable[]): Promise<void> {
    let stopped = false;
    for (const runnable of group) {
      if (stopped) fates.decide(runnable.delivery, returned(0));
      else if (breaker.open) fates.heldBack(runnable.delivery);
      else await runOne(runnable);
      stopped ||= orderedBy !== undefined && !fates.isDone(runnable.delivery);
    }
  }

  /** One transaction for all; when it fails, event by event. */
  async function runTogether(events: readonly Runnable[]): Promise<void> {
    if (events.length < 2 || !fits()) return runGroup(events);
    const result = await run(events, definition, ports);
    if (result.kind === 'settled')
      await Promise.all(result.settlements.map((settlement, index) => finish(events[index], settlement)));
    else if (result.kind === 'infrastructure') for (const { delivery } of events) fates.outage(delivery, result.error);
    else await inParallel(events, runsAtOnce, (one) => runGroup([one]));
  }

  let waiting = [...admitted];
  if (breaker.open && waiting[0]) {
    const [probe, ...rest] = waiting;
    await runOne(probe);
    waiting = orderedBy && !fates.isDone(probe.delivery) ? setAside(rest, groupOf(probe)) : rest;
    if (breaker.open) {
      for (const { delivery } of waiting) fates.heldBack(delivery);
      return;
    }
  }
  if (handleBatch)
    for (const events of Map.groupBy(waiting, ({ delivery }) => delivery.message.tenant).values())
      await runTogether(events);
  else
    await inParallel(
      orderedBy ? [...Map.groupBy(waiting, groupOf).values()] : waiting.map((one) => [one]),
      runsAtOnce,
      runGroup,
    );

  function setAside(rest: Runnable[], group: string): Runnable[] {
    for (const { delivery } of rest.filter((one) => groupOf(one) === group)) fates.decide(delivery, returned(0));
    return rest.filter((one) => groupOf(one) !== group);
  }
}

const groupOf = ({ delivery }: Runnable): string => delivery.records[0].attributes.MessageGroupId ?? delivery.key;

async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const next = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of next) await work(item);
    }),
  );
}
