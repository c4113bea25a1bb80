import type { Document } from 'mongodb';
import type { Delivery } from './delivery.ts';
import { type Dependency, DependencyError, PermanentError, SluiceError, TransientError } from './errors.ts';
import { type Event, type EventDefinition, Rejected } from './event.ts';
import type { Attempt, Clock, Log, Ping, Projections, Random, Records, Settlement, Transaction } from './ports.ts';
import { createProjections } from './projection-recorder.ts';
import { projectionReader } from './projections.ts';
import { rerunMs } from './retry.ts';

export interface RunPorts {
  records: Records;
  projections: Projections;
  ping: Readonly<Record<'mongodb' | 'redis', Ping>>;
  clock: Clock;
  random: Random;
  log: Log;
}

/** A delivery whose data has passed the schema. */
export interface Runnable {
  delivery: Delivery;
  event: Event;
}

export type RunResult =
  | { kind: 'settled'; settlements: Settlement[] }
  /** The condition does not hold: read the record. */
  | { kind: 'refused' }
  /** Another run writes this record at this moment. */
  | { kind: 'conflict' }
  | { kind: 'error' | 'permanent' | 'transient' | 'infrastructure'; error: unknown };

class TimeoutError extends SluiceError {
  constructor(seconds: number) {
    super('timeout', `the handler gave no result within ${seconds} s`, { retryable: true });
  }
}

const RERUNS = 5;
const LONGEST_RESULT = 1_048_576;

/**
 * Runs the handler on these events (all of one tenant) and settles them in the handler's transaction.
 * A write conflict elsewhere than on the record runs the handler again, at most five times.
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
    } catch (error) {
      if (!(error instanceof TransientError) || rerun === RERUNS || ports.clock.now() >= until)
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
  const transaction = records.begin(first.delivery.message.tenant, remainingMs);
  let settlements: Settlement[];
  let refusal: Settlement | undefined;
  try {
    settlements = await handled(events, definition, ports, transaction, remainingMs);
    refusal = definition.handle && settlements.find(({ outcome }) => outcome === 'rejected');
    const { failure } = transaction;
    // To say no after a failed write is an answer; to succeed after one is a mistake, because nothing of it stays.
    if (failure !== undefined && (!refusal || callsForAnother(failure))) throw failure;
  } catch (thrown) {
    await transaction.abort();
    throw callsForAnother(transaction.failure) ? transaction.failure : thrown;
  }
  if (!refusal) return answered(await transaction.settle(settlements), settlements);
  await transaction.abort();
  const { tenant } = first.delivery.message;
  return answered(await records.begin(tenant, remainingMs).settle([refusal]), [refusal]);
}

const answered = (answer: 'settled' | 'refused' | 'conflict', settlements: Settlement[]): RunResult =>
  answer === 'settled' ? { kind: 'settled', settlements } : { kind: answer };

async function handled(
  events: readonly Runnable[],
  definition: EventDefinition,
  ports: RunPorts,
  transaction: Transaction,
  remainingMs: () => number,
): Promise<Settlement[]> {
  const projections = new Map(events.map(({ event }) => [event, createProjections(definition.projections)]));
  const recorder = (event: Event, name: string) => {
    const projection = projections.get(event);
    if (!projection)
      throw new SluiceError('projection-misused', 'project() was given an event that is not of this batch');
    return projection.recorder(name);
  };
  const results = await withinTime(definition.queue.timeout, remainingMs(), ports.clock, async (signal) => {
    const [first] = events;
    if (!first) return [];
    const context = {
      collection: <Doc extends Document>(name: string) => {
        if (!definition.collections[name])
          throw new SluiceError(
            'collection-misused',
            `collection ${name} is not declared in functions/events/${definition.type}.ts`,
          );
        return transaction.collection<Doc>(name);
      },
      redis: projectionReader(ports.projections, definition.projections, first.delivery.message.tenant),
      log: ports.log,
      signal,
    } as const;
    if (definition.handleBatch) {
      const list = await definition.handleBatch(
        events.map(({ event }) => event),
        { ...context, project: (name, event) => recorder(event, name) },
      );
      if (list && list.length !== events.length)
        throw new SluiceError(
          'invalid-result',
          `handleBatch returned ${list.length} results for ${events.length} events`,
        );
      return list ?? events.map(() => undefined);
    }
    const attempt = (first.delivery.known?.attempts.length ?? 0) + 1;
    return [
      await definition.handle?.(first.event, { ...context, attempt, project: (name) => recorder(first.event, name) }),
    ];
  });
  const at = new Date(ports.clock.now()).toISOString();
  return events.map(({ delivery, event }, index) => ({
    key: delivery.key,
    message: delivery.message,
    ...outcomeOf(results[index], at),
    ...(!(results[index] instanceof Rejected) && { projections: projections.get(event)?.recorded() }),
  }));
}

function outcomeOf(
  result: unknown,
  at: string,
): {
  outcome: 'succeeded' | 'rejected';
  attempt: Attempt;
  result?: string | undefined;
  rejection?: { reason: string };
} {
  if (result instanceof Rejected)
    return { outcome: 'rejected', attempt: { at, outcome: 'rejected' }, rejection: { reason: result.reason } };
  const text: string | undefined = JSON.stringify(result);
  if (text !== undefined && text.length > LONGEST_RESULT)
    throw new SluiceError('invalid-result', `the result has ${text.length} characters; ${LONGEST_RESULT} are allowed`);
  return { outcome: 'succeeded', attempt: { at, outcome: 'succeeded' }, result: text };
}

/** Ends waiting, not the handler: what it writes afterwards finds its transaction closed. */
async function withinTime<Value>(
  seconds: number,
  ms: number,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const over = new AbortController();
  const done = new AbortController();
  const timeUp = clock.sleep(ms, done.signal).then(() => {
    if (done.signal.aborted) return undefined as never;
    const error = new TimeoutError(seconds);
    over.abort(error);
    throw error;
  });
  try {
    return await Promise.race([work(over.signal), timeUp]);
  } finally {
    done.abort();
  }
}

/** Does what the database said count for more than what the handler made of it: is running again, or waiting, the answer? */
const callsForAnother = (failure: unknown): boolean =>
  failure instanceof TransientError || failure instanceof DependencyError;

/**
 * Whose fault it was. A driver's error is nobody's only if a ping of that dependency fails too; otherwise it is an attempt, or one slow
 * query would come back until retention deletes it.
 */
export async function verdict(
  error: unknown,
  ping: RunPorts['ping'],
): Promise<{ kind: 'error' | 'permanent' | 'transient' | 'infrastructure'; error: unknown }> {
  for (const dependency of suspects(error)) if (!(await ping[dependency]())) return { kind: 'infrastructure', error };
  if (error instanceof TransientError) return { kind: 'transient', error };
  return { kind: error instanceof PermanentError ? 'permanent' : 'error', error };
}

function suspects(error: unknown): Exclude<Dependency, 'sqs'>[] {
  if (error instanceof DependencyError) return error.dependency === 'sqs' ? [] : [error.dependency];
  if (error instanceof TransientError) return ['mongodb'];
  if (error instanceof TimeoutError) return ['mongodb', 'redis'];
  return error instanceof Error && error.cause !== undefined ? suspects(error.cause) : [];
}
