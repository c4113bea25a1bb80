import { DependencyError } from '../core/errors.ts';
import { isA } from '../core/guarded.ts';
import { describeThrown, saidByUs, type Thrown } from '../core/thrown.ts';
import type { Settlement, Transaction } from '../ports/transaction.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { handle, type Runnable, redactionOfAll } from './handle.ts';
import type { Joining } from './joining.ts';
import type { JointTime } from './joint-time.ts';
import { beginProcess, type ProcessSpans } from './process-spans.ts';
import { callsForAnother, isRefusal, type RunPorts, timed } from './run.ts';
import { verdict } from './verdict.ts';
import { timeLimit } from './within-time.ts';

export type JointResult =
  /** All that the first of them did is committed: so many as there was time for. */
  | { kind: 'settled'; settlements: readonly Settlement[] }
  /** It is as if it had not been. */
  | { kind: 'fell-back'; error: Thrown }
  /** It was settled and the answer is lost: whether it was, the records say. */
  | { kind: 'unanswered'; error: Thrown }
  | { kind: 'infrastructure'; error: Thrown };

export interface JointPorts extends RunPorts {
  joining: Joining;
}

/**
 * Runs events of one tenant that are delivered for the first time, one handler after another in one transaction, and settles all of them in
 * it (protocol: joint-run). Whatever goes wrong with any of them aborts the whole without a trace (protocol: falls-back-whole).
 */
export async function runJointly(
  events: readonly [Runnable, ...Runnable[]],
  definition: EventDefinition,
  ports: JointPorts,
  time: JointTime,
): Promise<JointResult> {
  const { type } = definition;
  ports.metrics.add('JointRuns', type, 1);
  const transaction = ports.records.begin(events[0].state.message.tenant, time.handlersMs, 'held-back');
  /** Of the turn that is under way. */
  const underWay = new Set<ProcessSpans>();
  const failed = async (thrown: unknown): Promise<Exclude<JointResult, { kind: 'settled' }>> => {
    const error = describeThrown(thrown, redactionOfAll(events));
    for (const spans of underWay) spans.fail(error.code);
    if (error.kind === 'transient') ports.metrics.add('Conflicts', type, 1);
    const { kind } = await verdict(error, ports.ping);
    return { kind: kind === 'infrastructure' ? kind : 'fell-back', error };
  };

  let settlements: readonly Settlement[] | undefined;
  try {
    settlements = await turns(events, definition, { ...ports, underWay }, time, transaction);
  } catch (thrown) {
    await transaction.abort();
    return failed(callsForAnother(transaction.failure) ? transaction.failure : thrown);
  }
  if (!settlements || time.leftMs() <= 0) {
    await transaction.abort();
    const error = settlements
      ? saidByUs('timeout', 'no time was left to settle')
      : saidByUs('rejected', 'an event was rejected after it had written');
    return { kind: 'fell-back', error };
  }
  try {
    const answer = await transaction.settle(settlements, time.leftMs());
    if (answer === 'settled') return { kind: 'settled', settlements };
    if (answer === 'conflict') ports.metrics.add('Conflicts', type, 1);
    return { kind: 'fell-back', error: saidByUs(answer, 'another run of one of its events came first') };
  } catch (thrown) {
    const result = await failed(thrown);
    return result.kind === 'fell-back' && isA(thrown, DependencyError) ? { ...result, kind: 'unanswered' } : result;
  }
}

/**
 * Each handler has a turn of its own: its context ends with it, and what it began and did not wait for is done by then.
 * @returns what is to be settled; undefined where one says no after it wrote: saying no has no effect (protocol: no-has-no-effect)
 * @throws whatever goes wrong
 */
async function turns(
  events: readonly Runnable[],
  definition: EventDefinition,
  ports: JointPorts & { underWay: Set<ProcessSpans> },
  { handlersMs }: JointTime,
  transaction: Transaction,
): Promise<readonly Settlement[] | undefined> {
  const { clock, joining, tracing, underWay } = ports;
  const settlements: Settlement[] = [];
  const limit = timeLimit(definition.queue.timeout, handlersMs(), clock);
  try {
    for (const event of events) {
      // What there is no time for runs alone; what was done is kept.
      if (!joining.goesOn(settlements.length, handlersMs())) break;
      const written = transaction.writes;
      const began = clock.now();
      const spans = beginProcess([event], tracing);
      underWay.add(spans);
      const settled = await spans
        .within(() => timed(definition, ports, () => handle(spans.events, definition, ports, transaction, limit)))
        .finally(() => joining.took(Math.max(0, clock.now() - began)));
      // What was begun in the moment before its context ended is its own too (protocol: late-use).
      await transaction.drain();
      if (transaction.failure !== undefined) throw transaction.failure;
      underWay.delete(spans);
      spans.end(settled);
      if (settled.some(isRefusal) && transaction.writes > written) return undefined;
      settlements.push(...settled);
    }
    return settlements;
  } finally {
    limit.end();
  }
}
