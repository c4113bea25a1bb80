import { messageOf } from '../core/errors.ts';
import { inParallel } from '../core/in-parallel.ts';
import { lastWordAfter } from '../core/last-word.ts';
import { describeThrown } from '../core/thrown.ts';
import type { Batch } from './batch.ts';
import { fateOf } from './decide.ts';
import { attemptsOf, type Delivery, isFirst, type State } from './delivery.ts';
import { beginRuns, declareVoid, writeMarks } from './marks.ts';
import { noteCrashes } from './note-crashes.ts';
import { type Candidate, type Early, lookUp, type Sorted, sortOut } from './redelivery.ts';
import { verdict } from './verdict.ts';

/** Records that are read afterwards at a time. */
const LOOKS = 20;
/** Where no attempt tells why. */
const NO_ATTEMPT_LEFT = { code: 'error', message: 'no attempt is left' };
/** Suspects that become visible in the same second: each of them runs alone. */
const SUSPECTS_A_SECOND = 5;

/**
 * What may run of a batch, marked where it was delivered before, and what came before its time; the fates of the rest
 * are decided.
 * @param lookFirst whether first deliveries that may run jointly are looked up too
 */
export async function readyOf(
  deliveries: readonly Delivery[],
  batch: Batch,
  lookFirst: boolean,
): Promise<{ ready: State[]; early: Early[] }> {
  const { options, ports } = batch;
  let sorted: Sorted;
  let states: readonly State[] = deliveries;
  try {
    states = await lookUp(deliveries, lookFirst || options.definition.handleBatch !== undefined, ports.records);
    if (lookFirst) batch.copies.lookedUp(states.some((state) => isFirst(state) && state.known !== undefined));
    sorted = await sortOut(states, options.definition, ports);
  } catch (error) {
    return { ready: await giveUp(states, error, batch), early: [] };
  }
  const { runnable, notTheirs, early, exhausted, handBack } = sorted;
  await inParallel(notTheirs, LOOKS, (state) => batch.settle(state, { kind: 'record-read', record: state.known }));
  await inParallel(exhausted, LOOKS, ({ state, crashes }) => {
    const lastWord = lastWordAfter([...attemptsOf(state), ...crashes], NO_ATTEMPT_LEFT);
    return batch.settle(state, { kind: 'exhausted', attempts: crashes, lastWord });
  });
  if (await handedBack(handBack, batch)) return { ready: await marked(runnable, batch), early };
  batch.hold(runnable.map(({ state }) => state));
  return { ready: [], early };
}

/** Visible again, and SQS's word for it, so that a suspect does not take them along (protocol: neighbours-first). */
async function handedBack(others: readonly Candidate[], { options, ports, fates }: Batch): Promise<boolean> {
  if (others.length === 0) return true;
  let suspects = 0;
  const changes = others.flatMap(({ state, suspect }) => {
    fates.decide(state, fateOf({ kind: 'handed-back' }, state.receives, ports.random));
    const seconds = suspect ? Math.floor(suspects++ / SUSPECTS_A_SECOND) : 0;
    return state.records.map(({ receiptHandle }) => ({ receiptHandle, seconds }));
  });
  try {
    const confirmed = await ports.queue.changeVisibility(options.queueUrl, changes);
    return changes.every(({ receiptHandle }) => confirmed.has(receiptHandle));
  } catch (error) {
    ports.log.warn('a suspect does not run: the others could not be made visible', { reason: messageOf(error) });
    return false;
  }
}

/** @returns those of the runnable whose condition still holds, with their start marks written */
async function marked(runnable: readonly Candidate[], batch: Batch): Promise<State[]> {
  const { options, ports, fates } = batch;
  const begins = beginRuns(runnable, ports.newRun);
  const begun = begins.map(({ state }) => state);
  for (const state of begun) fates.reached(state);
  try {
    const refused = await writeMarks(begins, ports);
    const isRefused = ({ run }: State): boolean => run !== undefined && refused.has(run);
    for (const { state, known, crashes } of begins)
      if (!isRefused(state)) noteCrashes({ message: state.message, known }, crashes, options.definition, ports.log);
    await inParallel(begun.filter(isRefused), LOOKS, (state) => batch.settle(state, { kind: 'refused' }));
    return begun.filter((state) => !isRefused(state));
  } catch (error) {
    // Without an answer they may be written yet, behind what withdraws them; and no run has begun
    // (protocol: withdrawn-marks).
    await declareVoid(fates.marks(), ports);
    return giveUp(begun, error, batch);
  }
}

/** None of these can run now. One verdict for all. */
async function giveUp(states: readonly State[], thrown: unknown, batch: Batch): Promise<[]> {
  const error = describeThrown(thrown);
  const { kind } = await verdict(error, batch.ports.ping);
  if (kind === 'infrastructure') batch.outage(states, error);
  else await inParallel(states, LOOKS, (state) => batch.settle(state, { kind: 'transient', error }));
  return [];
}
