import type { Document } from 'mongodb';
import { TimeoutError } from '../core/errors.ts';
import { together, withFields } from '../core/log-fields.ts';
import type { Attempt } from '../core/outcome.ts';
import type { Clock } from '../ports/clock.ts';
import type { Projections } from '../ports/projections.ts';
import type { Settlement, Transaction } from '../ports/transaction.ts';
import { projectionReader } from '../projections/read.ts';
import { createProjections } from '../projections/record.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { SluiceError } from '../sdk/errors.ts';
import type { Event } from '../sdk/event.ts';
import type { Log } from '../sdk/log.ts';
import { own } from '../sdk/own.ts';
import { Rejected } from '../sdk/result.ts';
import type { Env } from '../sdk/settings.ts';
import { attemptedSoFar, runFields, type State } from './delivery.ts';

/** A delivery whose data has passed the schema. */
export interface Runnable {
  readonly state: State;
  readonly event: Event;
}

export interface HandlePorts {
  projections: Projections;
  clock: Clock;
  log: Log;
  /** The settings of the type: `context.env`. */
  env: Env;
}

const LONGEST_RESULT = 1_048_576;
/** Lines of a handler name the events of a batch up to so many. */
const NAMED = 10;

/**
 * Calls the handler of these events, all of one tenant, with a context that is bound to the transaction.
 * @param remainingMs milliseconds that the handler has
 * @returns what is to be settled, in the order of the events
 * @throws TimeoutError, what the handler throws, or SluiceError `invalid-result`
 */
export async function handle(
  events: readonly Runnable[],
  definition: EventDefinition,
  ports: HandlePorts,
  transaction: Transaction,
  remainingMs: () => number,
): Promise<Settlement[]> {
  const owns = new Map(
    events.map(({ state, event }) => [
      event,
      { key: state.key, projections: createProjections(definition.projections) },
    ]),
  );
  const ownOf = (event: Event, method: string, code: string) => {
    const found = owns.get(event);
    if (!found) throw new SluiceError(code, `${method}() was given an event that is not of this batch`);
    return found;
  };
  const recorder = (event: Event, name: string) =>
    ownOf(event, 'project', 'projection-misused').projections.recorder(name);
  const results = await withinTime(definition.queue.timeout, remainingMs(), ports.clock, async (signal) => {
    const [first] = events;
    if (!first) return [];
    const context = {
      collection: <Doc extends Document>(name: string) => {
        if (!own(definition.collections, name))
          throw new SluiceError(
            'collection-misused',
            `collection ${name} is not declared in functions/events/${definition.type}.ts`,
          );
        return transaction.collection<Doc>(name);
      },
      redis: projectionReader(ports.projections, definition.projections, first.state.message.tenant),
      env: ports.env,
      log: withFields(
        ports.log,
        together(
          events.map(({ state }) => runFields(state)),
          NAMED,
        ),
      ),
      signal,
    } as const;
    if (definition.handleBatch) {
      const list = await definition.handleBatch(
        events.map(({ event }) => event),
        {
          ...context,
          project: (name, event) => recorder(event, name),
          idempotencyKey: (event) => ownOf(event, 'idempotencyKey', 'idempotency-key-misused').key,
        },
      );
      if (list && list.length !== events.length)
        throw new SluiceError(
          'invalid-result',
          `handleBatch returned ${list.length} results for ${events.length} events`,
        );
      return list ?? events.map(() => undefined);
    }
    const attempt = attemptedSoFar(first.state) + 1;
    const project = (name: string) => recorder(first.event, name);
    const { key: idempotencyKey } = first.state;
    return [await definition.handle?.(first.event, { ...context, attempt, idempotencyKey, project })];
  });
  const at = new Date(ports.clock.now()).toISOString();
  return events.map(({ state: { key, message }, event }, index) => ({
    key,
    message,
    ...outcomeOf(results[index], at),
    ...(!(results[index] instanceof Rejected) && { projections: owns.get(event)?.projections.recorded() }),
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
  if (text !== undefined && Buffer.byteLength(text) > LONGEST_RESULT)
    throw new SluiceError(
      'invalid-result',
      `the result has ${Buffer.byteLength(text)} bytes; ${LONGEST_RESULT} are allowed`,
    );
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
