import { messageOf } from '../core/errors.ts';
import { runsJointly } from '../core/function-time.ts';
import { eventFields, logEvents } from '../core/log-fields.ts';
import type { KnownRecord } from '../ports/records.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Env } from '../sdk/settings.ts';
import type { Batch } from './batch.ts';
import { type Delivery, isFirst, type State } from './delivery.ts';
import type { Fact } from './facts.ts';
import type { Runnable } from './handle.ts';
import { type JointResult, runJointly } from './joint-run.ts';
import { jointTime } from './joint-time.ts';

/** Most events of a joint run: by then what a commit costs is shared out, and what falls back stays small. */
const MOST_TOGETHER = 20;

/** Settles these, of which no other is under way, in their order; followers of one that comes back go back instead. */
export type InTurn = (events: readonly Runnable[], factOf: (state: State) => Fact | undefined) => Promise<void>;

/** How the joint runs of a batch begin. */
export interface Joint {
  /** What is known of its events is looked up before they run (protocol: known-events-run-alone). */
  readonly looksUp: boolean;
}

/** Is anything of this batch to run jointly? Asked once for each batch. @returns undefined where each event runs alone */
export function joins(deliveries: readonly Delivery[], batch: Batch): Joint | undefined {
  if (!runsJointly(batch.options.definition) || batch.breaker.open) return undefined;
  const several = byTenant(deliveries.filter(isFirst), ({ message }) => message.tenant);
  if (several.length === 0 || !batch.joining.begins(jointTime(batch).handlersMs())) return undefined;
  return { looksUp: batch.copies.expected };
}

/**
 * Runs jointly what may, tenant by tenant in the order of arrival, until all is settled, the time for it is over or a joint run falls back.
 * @param waiting those of a batch that may run, in its order
 * @returns what is left: each runs alone
 */
export async function joinFirst(
  waiting: readonly Runnable[],
  env: Env,
  batch: Batch,
  joint: Joint,
  inTurn: InTurn,
): Promise<readonly Runnable[]> {
  const { definition } = batch.options;
  const { breaker, joining } = batch;
  const ports = { ...batch.ports, env, joining };
  const time = jointTime(batch);
  const over = new Set<Runnable>();
  const left = () => waiting.filter((one) => !over.has(one));
  for (const ofTenant of joinable(waiting, definition)) {
    for (let rest = ofTenant; ; rest = rest.filter((one) => !over.has(one))) {
      const size = Math.min(MOST_TOGETHER, Math.floor(time.handlersMs() / Math.max(1, joining.turnMs)));
      const [first, ...others] = rest.slice(0, Math.max(0, size));
      if (!first || others.length === 0 || breaker.open) break;
      const events = [first, ...others] as const;
      const result = await runJointly(events, definition, ports, time);
      const done = await conclude(events, result, batch, joint, inTurn);
      for (const one of done) over.add(one);
      if (result.kind !== 'settled' || result.settlements.length < events.length) return left();
      // One of them may come back all the same: then nothing of its group is to run behind it.
      if (definition.orderedBy) break;
    }
  }
  return left();
}

/** @returns those of which the fate is decided */
async function conclude(
  events: readonly Runnable[],
  result: JointResult,
  batch: Batch,
  { looksUp }: Joint,
  inTurn: InTurn,
): Promise<readonly Runnable[]> {
  const { copies, joining, ports, options } = batch;
  const states = events.map(({ state }) => state);
  switch (result.kind) {
    case 'settled': {
      joining.held();
      const settled = new Map(result.settlements.map((settlement) => [settlement.key, settlement]));
      const done = events.filter(({ state }) => settled.has(state.key));
      await inTurn(done, ({ key }) => {
        const settlement = settled.get(key);
        return settlement && { kind: 'settled', settlement };
      });
      return done;
    }
    case 'infrastructure':
      batch.outage(states, result.error);
      return events;
    default: {
      const { kind, code, message: reason } = result.error;
      ports.metrics.add('FallBacks', options.definition.type, 1);
      const named = states.map(({ message }) => eventFields(message));
      logEvents(ports.log.debug, 'a joint run fell back, its events run one by one', named, { code, reason });
      const known = result.kind === 'unanswered' || !looksUp ? await readAfterwards(events, batch, inTurn) : [];
      // A copy that nobody had looked for: somebody does from now on.
      const hadCopies = result.kind === 'fell-back' && known.length > 0;
      const metWriters = kind === 'transient' || code === 'conflict';
      if (hadCopies) copies.met();
      if (!hadCopies || metWriters) joining.fellBack(metWriters);
      return known;
    }
  }
}

/**
 * The answer of the commit is lost, or nobody looked before: what is recorded is finished, and the rest runs alone, under the conditions
 * (protocol: lost-commit, known-events-run-alone).
 */
async function readAfterwards(
  events: readonly Runnable[],
  { ports: { records, log } }: Batch,
  inTurn: InTurn,
): Promise<readonly Runnable[]> {
  const found = await records.find(events.map(({ state }) => state.key)).catch((error: unknown) => {
    // Reading only spares their handlers a run: the condition of each write decides in any case.
    log.warn('records could not be read behind a joint run', { reason: messageOf(error) });
    return new Map<string, KnownRecord>();
  });
  const known = events.filter(({ state }) => found.has(state.key));
  await inTurn(known, ({ key }) => ({ kind: 'record-read', record: found.get(key) }));
  return known;
}

/**
 * What may run jointly, in the order of arrival: of each tenant that has several what is delivered for the first time, no replay, and not
 * known. In an ordered group nothing does behind one that runs alone (protocol: joint-in-order).
 */
function joinable(waiting: readonly Runnable[], { orderedBy }: EventDefinition): (readonly Runnable[])[] {
  const closed = new Set<string>();
  const free = waiting.filter(({ state }) => {
    if (isFirst(state) && state.known === undefined && !closed.has(state.group)) return true;
    if (orderedBy) closed.add(state.group);
    return false;
  });
  return byTenant(free, ({ state }) => state.message.tenant);
}

/** Lists of several. */
const byTenant = <One>(all: readonly One[], tenantOf: (one: One) => string): (readonly One[])[] =>
  [...Map.groupBy(all, tenantOf).values()].filter(({ length }) => length > 1);
