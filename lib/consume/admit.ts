import { type Build, isLater } from '../core/build.ts';
import { dataFaults } from '../core/data-faults.ts';
import { hasExpired } from '../core/expiry.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { Message } from '../core/message.ts';
import { readData } from '../core/read-data.ts';
import { leavesOf, redactionOf } from '../core/redaction.ts';
import { dateOf } from '../core/rfc3339.ts';
import { describeThrown, saidByUs } from '../core/thrown.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Event } from '../sdk/event.ts';
import type { Batch } from './batch.ts';
import type { Delivery, State } from './delivery.ts';
import type { Fact } from './facts.ts';
import type { Runnable } from './handle.ts';
import type { Waiting } from './not-ready.ts';
import type { ConsumeOptions } from './ports.ts';

/** Those that do not run are settled so many at a time. */
const WIDTH = 20;

/**
 * What may run of these: the queue is untrusted input, so data meets its schema again (protocol: untrusted-queue).
 * Expired events are settled without running; invalid data is dead-lettered, unless a newer ingest may have let it in:
 * then it waits for a newer consumer (protocol: expires-unrun, schema-again).
 * @returns what may run, and what waits: its fate is decided when the others' are (not-ready.ts)
 */
export async function admit(
  states: readonly State[],
  batch: Batch,
): Promise<{ admitted: Runnable[]; waiting: Waiting[] }> {
  const admitted: Runnable[] = [];
  const waiting: Waiting[] = [];
  const settled: { state: State; fact: Fact }[] = [];
  for (const state of states) {
    const next = judge(state, batch.options, batch.ports.clock);
    if (!('kind' in next)) admitted.push(next);
    else if (next.kind === 'not-ready') waiting.push({ state, fact: next });
    else settled.push({ state, fact: next });
  }
  await inParallel(settled, WIDTH, ({ state, fact }) => batch.settle(state, fact));
  return { admitted, waiting };
}

/** Runs, or what keeps it from running. */
function judge(state: State, options: ConsumeOptions, clock: Clock): Runnable | Fact {
  const { definition } = options;
  if (hasExpired(state.message.extensions, clock.now())) return { kind: 'expired' };
  let parsed: ReturnType<typeof readData>;
  try {
    parsed = readData(definition, state.message.data);
  } catch (error) {
    // A refinement of the schema broke, or what it does with an older form: that is the definition's own fault, as a handler's would be.
    return { kind: 'error', error: describeThrown(error, redactionOf(definition.sensitive, state.message.data)) };
  }
  if (parsed.success) {
    const sensitive = leavesOf(definition.sensitive, [state.message.data, parsed.data]);
    return { state, sensitive, eventForRun: copies(state.message, definition, parsed.data) };
  }
  const fault = dataFaults(parsed.error, definition.sensitive, state.message.data)
    .map(({ path, detail }) => `${path.join('.') || 'data'}: ${detail}`)
    .join('; ');
  const ahead = aheadOf(options, state.message);
  if (ahead === undefined) return { kind: 'invalid-data', error: saidByUs('invalid-data', fault, true) };
  return { kind: 'not-ready', why: 'newer-version', detail: `${ahead}: ${fault}` };
}

/**
 * How the definition that let a message in may be ahead of this consumer's: its build is later, or, where one of the two says nothing of
 * its build, its schema is another.
 * @returns undefined when it is not
 */
function aheadOf({ build: own, schemaHash }: ConsumeOptions, { build, schema }: Message): string | undefined {
  if (build && own)
    return isLater(build, own) ? `validated with ${named(build)}, this consumer has ${named(own)}` : undefined;
  return schema === schemaHash ? undefined : `validated with schema ${schema}, this consumer has ${schemaHash}`;
}

const named = ({ hash, time }: Build): string => `build ${hash} of ${time}`;

/** An event for each run, made anew from what was sent (protocol: own-copy). @param first data that was parsed already, for the first of them */
function copies(message: Message, definition: EventDefinition, first: unknown): () => Event {
  const { id, source, type, subject, time, recordedtime, extensions } = message;
  let unused: { data: unknown } | undefined = { data: first };
  return () => {
    const { data } = unused ?? readAgain(message, definition);
    unused = undefined;
    return {
      ...{ id, source, type, ...(subject !== undefined && { subject }) },
      ...{ time, happenedAt: dateOf(time), recordedtime, recordedAt: dateOf(recordedtime) },
      extensions: { ...extensions },
      data,
    };
  };
}

/** @throws z.ZodError where the schema takes no longer what it took a moment ago */
function readAgain({ data }: Message, definition: EventDefinition): { data: unknown } {
  const read = readData(definition, data);
  if (!read.success) throw read.error;
  return read;
}

/**
 * In an ordered type nothing runs behind one of its group that comes back: those become visible at once and wait behind
 * it (protocol: head-and-followers).
 * @param deliveries the whole batch, in its order
 */
export async function inOrder(
  deliveries: readonly Delivery[],
  admitted: readonly Runnable[],
  batch: Batch,
): Promise<readonly Runnable[]> {
  const { options, fates } = batch;
  if (!options.definition.orderedBy) return admitted;
  const runnables = new Map(admitted.map((one) => [one.state.records[0], one]));
  const stopped = new Set<string>();
  const free: Runnable[] = [];
  for (const delivery of deliveries) {
    const runnable = runnables.get(delivery.records[0]);
    if (runnable && !stopped.has(delivery.group)) {
      free.push(runnable);
      continue;
    }
    if (runnable) await batch.settle(runnable.state, { kind: 'behind-another' });
    if (!fates.isDone(delivery)) stopped.add(delivery.group);
  }
  return free;
}
