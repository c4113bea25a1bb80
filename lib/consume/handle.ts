import type { Bounded } from '../core/bounded-text.ts';
import { isList, textOf } from '../core/guarded.ts';
import { together } from '../core/log-fields.ts';
import type { Leaf } from '../core/masking.ts';
import type { Attempt } from '../core/outcome.ts';
import { redactionFrom } from '../core/redaction.ts';
import type { Clock } from '../ports/clock.ts';
import type { Projections } from '../ports/projections.ts';
import type { Settlement, Transaction } from '../ports/transaction.ts';
import { createProjections } from '../projections/record.ts';
import type { BatchContext } from '../sdk/context.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { SluiceError } from '../sdk/errors.ts';
import type { Event } from '../sdk/event.ts';
import type { Log } from '../sdk/log.ts';
import { LONGEST_REASON, Rejected } from '../sdk/result.ts';
import type { Env } from '../sdk/settings.ts';
import { contextOf } from './context.ts';
import { attemptedSoFar, runFields, type State } from './delivery.ts';
import { createLife } from './life.ts';
import { resultText } from './result-text.ts';
import type { TimeLimit } from './within-time.ts';

/** A delivery whose data has passed the schema. */
export interface Runnable {
  readonly state: State;
  /** The sensitive values in its data. */
  readonly sensitive: readonly Leaf[];
  /** What its handler hands on: of the span of this run, where somebody traces, else of its message. */
  readonly traceparent?: string | undefined;
  /** The event for one run: a copy of its own, because a handler may change it (protocol: own-copy). */
  eventForRun(): Event;
}

export interface HandlePorts {
  projections: Projections;
  clock: Clock;
  log: Log;
  /** The settings of the type: `context.env`. */
  env: Env;
}

/** Takes the sensitive values of any of these events out of a text; undefined where they have none. */
export const redactionOfAll = (runnables: readonly Runnable[]): Bounded | undefined =>
  redactionFrom(runnables.flatMap(({ sensitive }) => sensitive));

/** Lines of a run name the events of a batch up to so many. */
const NAMED = 10;

/**
 * Calls the handler of these events, all of one tenant, with a context that is bound to the transaction.
 * @param limit of the time that the handler has
 * @returns what is to be settled, in the order of the events
 * @throws TimeoutError, whatever the handler throws, or SluiceError `invalid-result`
 */
export async function handle(
  runnables: readonly Runnable[],
  definition: EventDefinition,
  ports: HandlePorts,
  transaction: Transaction,
  limit: TimeLimit,
): Promise<Settlement[]> {
  const events = runnables.map(({ state, traceparent = state.message.traceparent, eventForRun }) => ({
    state,
    traceparent,
    event: eventForRun(),
  }));
  const ofRun = together(
    events.map(({ state }) => runFields(state)),
    NAMED,
  );
  const redaction = redactionOfAll(runnables);
  const life = createLife({ fields: ofRun, redaction }, ports.log);
  const owns = new Map(
    events.map(({ state, traceparent, event }) => [
      event,
      {
        key: state.key,
        traceparent,
        projections: createProjections(definition.projections),
      },
    ]),
  );
  const ownOf = (event: Event, method: string, code: string) => {
    const found = owns.get(event);
    if (!found) throw new SluiceError(code, `${method}() was given an event that is not of this batch`);
    return found;
  };
  const recorder = (event: Event, name: string) =>
    life.bound(ownOf(event, 'project', 'projection-misused').projections.recorder(name), 'throws');
  const work = async (signal: AbortSignal): Promise<readonly unknown[]> => {
    const [first] = events;
    if (!first) return [];
    const { tenant } = first.state.message;
    const parts = { definition, ports, transaction, life, tenant, fields: ofRun, redaction, signal };
    if (definition.handleBatch) {
      const ofBatch: Pick<BatchContext, 'project' | 'idempotencyKey' | 'traceparent'> = {
        project: (name, event) => recorder(event, name),
        idempotencyKey: (event) => ownOf(event, 'idempotencyKey', 'idempotency-key-misused').key,
        traceparent: (event) => ownOf(event, 'traceparent', 'traceparent-misused').traceparent,
      };
      // Results are told apart by their places: a handler that sorts the list itself would swap them.
      const batch = Object.freeze(events.map(({ event }) => event));
      return resultsOf(await definition.handleBatch(batch, contextOf(parts, ofBatch)), events.length);
    }
    const attempt = attemptedSoFar(first.state) + 1;
    const project = (name: string) => recorder(first.event, name);
    const { traceparent } = first;
    const { key: idempotencyKey } = first.state;
    const ofEvent = { attempt, idempotencyKey, traceparent, project };
    return [await definition.handle?.(first.event, contextOf(parts, ofEvent))];
  };
  try {
    const results = await limit.within(async (signal) => {
      const answers = await life.begin(() => refusedByThrowing(() => work(signal), events.length));
      // What was begun belongs to the event (protocol: late-use).
      await transaction.drain();
      return answers;
    });
    const at = new Date(ports.clock.now()).toISOString();
    return events.map(({ state: { key, message, known, run }, event }, index) => ({
      key,
      message,
      unrecorded: known === undefined && run === undefined,
      ...outcomeOf(results[index], at, redaction),
      ...(!Rejected.is(results[index]) && { projections: owns.get(event)?.projections.recorded() }),
    }));
  } finally {
    life.end();
  }
}

/** `throw rejected(…)` counts as returned, where it is clear of which event. */
async function refusedByThrowing(work: () => Promise<readonly unknown[]>, events: number): Promise<readonly unknown[]> {
  try {
    return await work();
  } catch (thrown) {
    if (Rejected.is(thrown) && events === 1) return [thrown];
    throw thrown;
  }
}

/** A result for each event, from whatever `handleBatch` returned. */
function resultsOf(list: unknown, events: number): readonly unknown[] {
  if (list === undefined || list === null) return Array.from({ length: events });
  if (!isList(list)) throw new SluiceError('invalid-result', 'handleBatch returns a list of results, or nothing');
  // By its places, each read once: a length may change, and an iterator need not end.
  const length: unknown = list.length;
  if (length !== events)
    throw new SluiceError('invalid-result', `handleBatch returned ${textOf(length)} results for ${events} events`);
  return Array.from({ length: events }, (_, index): unknown => list[index]);
}

function outcomeOf(
  result: unknown,
  at: string,
  redaction: Bounded = (reason) => reason,
): {
  outcome: 'succeeded' | 'rejected';
  attempt: Attempt;
  result?: string | undefined;
  rejection?: { reason: string };
} {
  if (Rejected.is(result)) {
    const reason = redaction(result.reason, LONGEST_REASON);
    return { outcome: 'rejected', attempt: { at, outcome: 'rejected' }, rejection: { reason } };
  }
  return { outcome: 'succeeded', attempt: { at, outcome: 'succeeded' }, result: resultText(result) };
}
