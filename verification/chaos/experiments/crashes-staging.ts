import type { Message } from '../../../lib/core/message.ts';
import type { Act } from './crashes-act.ts';
import type { Boundary } from './crashes-life.ts';
import type { Deed, Trial } from './crashes-trial.ts';
import type { Kind } from './crashes-types.ts';

/** A run that is to be abandoned, and what came before it. */
export interface Scenario {
  pipeline: Act['kind'];
  name: string;
  queue: Kind;
  /** The control fails it already without a death. */
  sluiceAlone?: true;
  /** Builds up what came before. @returns the run */
  stage(trial: Trial): Promise<Act>;
}

/** Before its first call of this name. */
export const before = (step: string): Boundary => ({ step, nth: 1, side: 'before' });

/** A batch that is delivered again after a run that ended at a step. */
export async function again(trial: Trial, at?: Boundary): Promise<void> {
  await trial.dies(
    { kind: 'consume', queue: trial.kind, records: await trial.queues.receive(trial.town.queueUrl(trial.kind)) },
    at,
  );
  await trial.wait();
}

/** A batch that is delivered again after a run to its end. */
export async function ran(trial: Trial): Promise<void> {
  await trial.run({
    kind: 'consume',
    queue: trial.kind,
    records: await trial.queues.receive(trial.town.queueUrl(trial.kind)),
  });
  await trial.wait();
}

/** Letters that are there are read. */
export async function read(trial: Trial): Promise<void> {
  await trial.run({ kind: 'dead letter', queue: trial.kind, records: await trial.receiveLetters() });
}

/** An event that fails. @returns its id */
export const failing = async (trial: Trial, does: Deed, failure: string): Promise<string> => {
  const event = trial.event('failed', { does, failure });
  await trial.send(event);
  return event.id;
};

/** An event that failed, and somebody mended what was the matter. @returns the event's id */
export async function mended(trial: Trial): Promise<string> {
  const event = trial.event('succeeded', { does: 'permanent', failure: 'permanent replayed' });
  await trial.send(event);
  await ran(trial);
  await read(trial);
  trial.town.mood.mended = true;
  return event.id;
}

/** What the desk published of it is in its queue. */
export async function replayed(trial: Trial): Promise<string> {
  const id = await mended(trial);
  await trial.run({ kind: 'replay', tenant: trial.tenant, id: await trial.failureOf(id) });
  return id;
}

const another: Partial<Message> = { fingerprint: 'B'.repeat(43) };

/** Two payloads of one id; Redis had forgotten the first. */
export async function twice(trial: Trial): Promise<void> {
  const { id } = await trial.put('succeeded', {});
  await ran(trial);
  await trial.put('succeeded', { ...another, id }, { failure: 'id-reused open' });
}

/** Its last attempt died too. */
export async function crashed(trial: Trial): Promise<void> {
  await trial.send(trial.event('failed', { failure: 'crashed open' }));
  for (let delivery = 1; delivery <= 4; delivery++) await again(trial);
}

/** Its replay is in its queue, and nothing was mended. */
export async function failedAgain(trial: Trial): Promise<void> {
  const id = await failing(trial, 'permanent', 'permanent failed-again');
  await ran(trial);
  await read(trial);
  await trial.run({ kind: 'replay', tenant: trial.tenant, id: await trial.failureOf(id) });
}
