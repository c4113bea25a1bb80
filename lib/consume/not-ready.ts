import { inParallel } from '../core/in-parallel.ts';
import { eventFields, logEvents } from '../core/log-fields.ts';
import type { Batch } from './batch.ts';
import type { Delivery, State } from './delivery.ts';
import type { Fact } from './facts.ts';
import type { Early } from './redelivery.ts';

/** An event that cannot run here yet, and why. */
export interface Waiting {
  readonly state: State;
  readonly fact: Extract<Fact, { kind: 'not-ready' }>;
}

/** Those that end are closed so many at a time. */
const WIDTH = 20;

/**
 * Returns what cannot run here yet, at no cost of an attempt: what came before its time until then
 * (protocol: attempts-have-a-due-time), the rest until it has waited too long (protocol: waiting-ends); that is said in
 * the log at once, in one line for each reason. Behind one of its ordered group that comes back an event is visible at once, as any
 * follower (protocol: head-and-followers). Called when the fates of the others are decided.
 * @param deliveries the whole batch, in its order
 */
export async function returnWaiting(
  waiting: readonly (Waiting | Early)[],
  deliveries: readonly Delivery[],
  batch: Batch,
): Promise<void> {
  if (waiting.length === 0) return;
  const { options, ports, fates } = batch;
  const { orderedBy } = options.definition;
  const lacking = waiting.flatMap(({ state, fact }) => (fact.kind === 'not-ready' ? [{ state, fact }] : []));
  for (const [why, events] of Map.groupBy(lacking, ({ fact }) => fact.why))
    logEvents(
      ports.log.warn,
      'events wait',
      events.map(({ state }) => eventFields(state.message)),
      { code: why, reason: events[0]?.fact.detail },
    );
  const found = new Map(waiting.map((one) => [one.state.records[0], one]));
  const groups = orderedBy ? Map.groupBy(deliveries, ({ group }) => group).values() : deliveries.map((one) => [one]);
  await inParallel(groups, WIDTH, async (group) => {
    let stopped = false;
    for (const delivery of group) {
      const one = found.get(delivery.records[0]);
      if (one) await batch.settle(one.state, stopped ? { kind: 'behind-another' } : one.fact);
      stopped ||= !fates.isDone(delivery);
    }
  });
}
