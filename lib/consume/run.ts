import { DependencyError, TransientError } from '../core/errors.ts';
import { isA } from '../core/guarded.ts';
import { describeThrown } from '../core/thrown.ts';
import type { Random } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import type { Settlement } from '../ports/transaction.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { type HandlePorts, handle, type Runnable } from './handle.ts';
import { rerunMs } from './retry.ts';
import { type Pings, type Verdict, verdict } from './verdict.ts';

export interface RunPorts extends HandlePorts {
  records: Records;
  ping: Pings;
  random: Random;
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
  const until = ports.clock.now() + definition.queue.timeout * 1000;
  for (let rerun = 0; ; rerun++) {
    try {
      return await runOnce(events, definition, ports, until);
    } catch (thrown) {
      const error = describeThrown(thrown);
      if (error.kind !== 'transient' || rerun === RERUNS || ports.clock.now() >= until)
        return verdict(error, ports.ping);
      await ports.clock.sleep(rerunMs(rerun, ports.random));
    }
  }
}

async function runOnce(
  events: readonly Runnable[],
  definition: EventDefinition,
  ports: RunPorts,
  until: number,
): Promise<RunResult> {
  const { records, clock } = ports;
  const [first] = events;
  if (!first) return { kind: 'settled', settlements: [] };
  const remainingMs = () => until - clock.now();
  const transaction = records.begin(first.state.message.tenant, remainingMs);
  let settlements: Settlement[];
  let refusal: Settlement | undefined;
  try {
    settlements = await handle(events, definition, ports, transaction, remainingMs);
    refusal = settlements.length === 1 ? settlements.find(({ outcome }) => outcome === 'rejected') : undefined;
    // To say no after a failed write is an answer, unless that failure only asked for another run
    // (protocol: no-has-no-effect).
    if (refusal && callsForAnother(transaction.failure)) throw transaction.failure;
  } catch (thrown) {
    await transaction.abort();
    throw callsForAnother(transaction.failure) ? transaction.failure : thrown;
  }
  // To succeed after a failed write is a mistake, because nothing of the transaction stays: settling throws that failure.
  if (!refusal) return answered(await transaction.settle(settlements), settlements);
  await transaction.abort();
  const { tenant } = first.state.message;
  return answered(await records.begin(tenant, remainingMs).settle([refusal]), [refusal]);
}

const answered = (answer: 'settled' | 'refused' | 'conflict', settlements: Settlement[]): RunResult =>
  answer === 'settled' ? { kind: 'settled', settlements } : { kind: answer };

/** Does what the database said count for more than what the handler made of it: is running again, or waiting, the answer? */
const callsForAnother = (failure: unknown): boolean => isA(failure, TransientError) || isA(failure, DependencyError);
