import { DependencyError, TransientError } from '../core/errors.ts';
import { isA } from '../core/guarded.ts';
import { describeThrown } from '../core/thrown.ts';
import type { Random } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Records } from '../ports/records.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Settlement, Transaction } from '../ports/transaction.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { type HandlePorts, handle, type Runnable, redactionOfAll } from './handle.ts';
import { beginProcess } from './process-spans.ts';
import { rerunMs } from './retry.ts';
import { type Pings, type Verdict, verdict } from './verdict.ts';
import { timeLimit } from './within-time.ts';

export interface RunPorts extends HandlePorts {
  records: Records;
  ping: Pings;
  random: Random;
  metrics: Metrics;
  tracing?: Tracing | undefined;
}

export type RunResult =
  | { kind: 'settled'; settlements: Settlement[] }
  /** The condition does not hold: read the record. */
  | { kind: 'refused' }
  /** Another run writes this record at this moment. */
  | { kind: 'conflict' }
  | Verdict;

const RERUNS = 5;

/**
 * Runs the handler on these events (all of one tenant) and settles them in the handler's transaction
 * (protocol: effect-and-record). A write conflict elsewhere than on the record runs the handler again, at most five
 * times (protocol: conflicts). Whatever it throws is described here, once (protocol: described-once).
 */
export async function run(
  events: readonly Runnable[],
  definition: EventDefinition,
  ports: RunPorts,
): Promise<RunResult> {
  const { type } = definition;
  const until = ports.clock.now() + definition.queue.timeout * 1000;
  for (let rerun = 0; ; rerun++) {
    const spans = beginProcess(events, ports.tracing);
    try {
      const result = await spans.within(() => runOnce(spans.events, definition, ports, until));
      if (result.kind === 'settled') spans.end(result.settlements);
      else spans.fail(result.kind);
      if (result.kind === 'conflict') ports.metrics.add('Conflicts', type, 1);
      return result;
    } catch (thrown) {
      const error = describeThrown(thrown, redactionOfAll(events));
      spans.fail(error.code);
      if (error.kind === 'transient') ports.metrics.add('Conflicts', type, 1);
      if (error.kind !== 'transient' || rerun === RERUNS || ports.clock.now() >= until)
        return verdict(error, ports.ping);
      await ports.clock.sleep(rerunMs(rerun, ports.random));
    }
  }
}

/**
 * Saying no has no effect (protocol: no-has-no-effect): what was written is undone, and the outcome settled by a write of its own. Of several
 * the others run again without those that were rejected, which settle with them, because a reason may be what the others did
 * (protocol: batch-together).
 * @param before rejected in a run before this one
 */
async function runOnce(
  events: readonly Runnable[],
  definition: EventDefinition,
  ports: RunPorts,
  until: number,
  before: readonly Settlement[] = [],
): Promise<RunResult> {
  const [first] = events;
  if (!first) return { kind: 'settled', settlements: [] };
  const remainingMs = () => until - ports.clock.now();
  const begin = () => ports.records.begin(first.state.message.tenant, remainingMs);
  const transaction = begin();
  const limit = timeLimit(definition.queue.timeout, remainingMs(), ports.clock);
  const settlements = await handleIn(transaction, () =>
    timed(definition, ports, () => handle(events, definition, ports, transaction, limit)),
  ).finally(limit.end);
  const refused = settlements.filter(isRefusal);
  const leavesTraces = events.length === 1 || transaction.writes > 0;
  // To succeed after a failed write is a mistake, because nothing of the transaction stays: settling throws that failure.
  const earlier = before.map((one) => stampedNow(one, ports));
  if (refused.length === 0 || !leavesTraces) return settledIn(transaction, [...earlier, ...settlements]);
  await transaction.abort();
  const known = [...earlier, ...refused];
  const keys = new Set(refused.map(({ key }) => key));
  const others = events.filter(({ state }) => !keys.has(state.key));
  return others.length > 0 ? runOnce(others, definition, ports, until, known) : settledIn(begin(), known);
}

/** Others have run since it was rejected; its time is that of the write that settles it (protocol: followed-without-a-gap). */
const stampedNow = (one: Settlement, { clock }: Pick<RunPorts, 'clock'>): Settlement => ({
  ...one,
  attempt: { ...one.attempt, at: new Date(clock.now()).toISOString() },
});

/** Tells how long a handler took, whatever came of it. @throws what it throws */
export async function timed<Value>(
  { type }: EventDefinition,
  { clock, metrics }: Pick<RunPorts, 'clock' | 'metrics'>,
  work: () => Promise<Value>,
): Promise<Value> {
  const began = clock.now();
  try {
    return await work();
  } finally {
    metrics.add('HandlerTime', type, Math.max(0, clock.now() - began));
  }
}

/** Did its handler say no? */
export const isRefusal = ({ outcome }: Settlement): boolean => outcome === 'rejected';

/** @throws what the handler threw, or what the database said where that counts for more; the transaction is aborted then */
async function handleIn(transaction: Transaction, work: () => Promise<Settlement[]>): Promise<Settlement[]> {
  try {
    const settlements = await work();
    const { failure } = transaction;
    // To say no after a failed write is an answer, unless that failure only asked for another run. Of several nobody knows whose it was.
    const isAnswer = settlements.length === 1 && !callsForAnother(failure);
    if (failure !== undefined && settlements.some(isRefusal) && !isAnswer) throw failure;
    return settlements;
  } catch (thrown) {
    await transaction.abort();
    throw callsForAnother(transaction.failure) ? transaction.failure : thrown;
  }
}

async function settledIn(transaction: Transaction, settlements: Settlement[]): Promise<RunResult> {
  const answer = await transaction.settle(settlements);
  return answer === 'settled' ? { kind: 'settled', settlements } : { kind: answer };
}

/** Does what the database said count for more than what the handler made of it: is running again, or waiting, the answer? */
export const callsForAnother = (failure: unknown): boolean =>
  isA(failure, TransientError) || isA(failure, DependencyError);
