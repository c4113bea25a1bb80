import { setTimeout as pause } from 'node:timers/promises';
import { type Random, randomFrom } from '../harness/random.ts';
import { type Act, perform, type Trouble } from './crashes-act.ts';
import { type Fault, faultsOf } from './crashes-check.ts';
import { type Boundary, type Life, startLife } from './crashes-life.ts';
import type { Scenario } from './crashes-staging.ts';
import type { Town } from './crashes-town.ts';
import { carryOut, newTrial, type Trial } from './crashes-trial.ts';

const ROUNDS = 40;
const FIRST_LOOK = 'results.read 1';
const WAITING_MS = 120_000;
/** A waiter that nobody woke would look again by itself at the end of its wait. */
const WOKEN_MS = 10_000;

/** How the world goes on around a death. */
interface Course {
  /** What comes next is there before anybody has noticed the death; within the time that a function may take; or after it. */
  next: 'at once' | 'soon' | 'late';
  /** What comes next comes twice, at the same time. */
  twice: boolean;
  neighbours: number;
}

const plain: Course = { next: 'late', twice: false, neighbours: 0 };
const courseOf = (random: Random): Course => ({
  next: random.pick(['at once', 'soon', 'late']),
  twice: random.chance(0.4),
  neighbours: random.chance(0.4) ? 1 + random.below(3) : 0,
});

/**
 * A process of its own makes the call and ends where it is told to. Resolves when it has.
 * @param made what it says of its steps is added to these
 * @throws Error when it ended otherwise
 */
export type KillIn = (town: Town, act: Act, at: Boundary, made: string[]) => Promise<void>;

/** Runs a scenario to its end. @returns the steps of its run, in their order */
export async function record(town: Town, scenario: Scenario): Promise<string[]> {
  begin(town);
  const trial = newTrial(town, scenario.queue, randomFrom(0));
  const act = await scenario.stage(trial);
  const life = startLife();
  const answering = perform(town, act, life);
  await accompany(trial, act, life.made, answering);
  await carryOut(trial, act, (await answering).back);
  const faults = await rest(trial, act, plain);
  if (faults[0] && trial.deaths === 0)
    throw new Error(`${scenario.name}: not even without a death: ${faults[0].kind}: ${faults[0].text}`);
  return [...life.made];
}

/**
 * Runs a scenario, abandons its run at a boundary, and lets the world go on until it is at rest.
 * @param variation 0 is a redelivery in its time and nothing else
 * @returns what is not as it must be then; null when the run ended before it came to that boundary
 */
export async function abandon(
  town: Town,
  scenario: Scenario,
  at: Boundary,
  variation: number,
  seed: number,
  killIn?: KillIn,
): Promise<Fault[] | null> {
  begin(town);
  const random = randomFrom(seed);
  const course = variation === 0 ? plain : courseOf(random);
  const trial = newTrial(town, scenario.queue, random);
  trial.neighbours = course.neighbours;
  const act = await scenario.stage(trial);
  trial.neighbours = 0;
  const untold = variation === 0 ? waitersOf(trial) : async () => [];
  const life = startLife(at);
  if (killIn) {
    const made: string[] = [];
    const killed = killIn(town, act, at, made);
    await accompany(trial, act, made, killed);
    await killed;
  } else if (!(await died(trial, act, life))) {
    await rest(trial, act, plain);
    return null;
  }
  trial.deaths++;
  if (course.next === 'at once') {
    if (isRequest(act)) await askAgain(trial, act, course.twice);
    await trial.queues.release();
    // What was the matter with a dependency still is.
    await deliver(trial, course.twice, act.kind === 'consume' ? act.trouble : undefined);
  }
  if (!killIn) await life.bury();
  const faults = await rest(trial, act, course.next === 'at once' ? plain : course);
  return faults.length > 0 ? faults : untold();
}

/** Clients that wait for outcomes, whichever run brings them about. @returns tells which of them were not woken */
function waitersOf({ told, town: { ports } }: Trial): () => Promise<Fault[]> {
  const waiting = new Set<string>();
  const all = told.map(async ({ name, key }) => {
    waiting.add(name);
    await ports.results.wait(key, WAITING_MS, () => ports.results.read(key));
    waiting.delete(name);
  });
  return async () => {
    const over = new AbortController();
    await Promise.race([Promise.all(all), pause(WOKEN_MS, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
    return [...waiting].map((name) => ({ kind: 'not told', text: name }));
  };
}

/** For people, to find it again. */
export const courseName = (variation: number, seed: number): string =>
  Object.values(variation === 0 ? plain : courseOf(randomFrom(seed))).join(', ');

function begin({ mood, time }: Town): void {
  mood.mended = false;
  time.passed = 0;
}

async function died(trial: Trial, act: Act, life: Life): Promise<boolean> {
  const answering = perform(trial.town, act, life);
  const end = Promise.race([life.died.then(() => true), answering.then(() => false)]);
  await accompany(trial, act, life.made, end);
  return end;
}

/** Whoever waits for an outcome needs somebody who brings it about. */
async function accompany(trial: Trial, act: Act, made: readonly string[], end: Promise<unknown>): Promise<void> {
  if (act.kind !== 'ingest' || !act.wait) return;
  let over = false;
  const ending = end.finally(() => {
    over = true;
  });
  while (!over) {
    await Promise.race([pause(5), ending]);
    // Not before it waits, so that it takes the same way each time.
    if (made.includes(FIRST_LOOK)) await deliver(trial, false);
  }
}

/** What was the matter with a dependency is over. */
function mend({ town: { mood } }: Trial, act: Act): void {
  if ('trouble' in act && act.trouble?.startsWith('MongoDB')) mood.mended = true;
}

type Request = Extract<Act, { kind: 'ingest' | 'replay' }>;
const isRequest = (act: Act): act is Request => act.kind === 'ingest' || act.kind === 'replay';

/** The client had no answer. @returns whether it has one now */
async function askAgain({ town }: Trial, act: Request, twice: boolean): Promise<boolean> {
  const same: Request = act.kind === 'ingest' ? { kind: 'ingest', tenant: act.tenant, events: act.events } : act;
  const answers = await Promise.all(Array.from({ length: twice ? 2 : 1 }, () => perform(town, same)));
  const wanted = act.kind === 'ingest' ? act.events.length : 1;
  return answers.some(({ acknowledged }) => acknowledged.length === wanted);
}

/** Delivers what is there. @returns how many batches there were */
async function deliver(trial: Trial, twice: boolean, trouble?: Trouble): Promise<number> {
  const { town, queues } = trial;
  const acts: Act[] = [];
  for (const queue of trial.queuesUsed) {
    const records = await queues.receive(town.queueUrl(queue));
    if (records.length > 0) acts.push({ kind: 'consume', queue, records, ...(trouble && { trouble }) });
    const letters = await queues.receive(town.deadLetterUrl(queue));
    if (letters.length > 0) acts.push({ kind: 'dead letter', queue, records: letters });
  }
  for (const act of acts)
    await Promise.all(
      Array.from({ length: twice ? 2 : 1 }, async () => carryOut(trial, act, (await perform(town, act)).back)),
    );
  return acts.length;
}

/** Lets the world go on until nothing is left to do. */
async function rest(trial: Trial, act: Act, { next, twice }: Course): Promise<Fault[]> {
  mend(trial, act);
  await trial.wait(next === 'soon' ? 2 : 61);
  for (let asked = 0; isRequest(act) && !(await askAgain(trial, act, twice && asked === 0)); asked++) {
    if (asked === ROUNDS) throw new Error('a client had no answer in the end');
    await trial.wait(61);
  }
  let todo = await deliver(trial, twice);
  for (let round = 0; todo > 0 && round < ROUNDS; round++) {
    await trial.wait(61);
    todo = await deliver(trial, twice && round === 0);
  }
  const faults = await faultsOf(trial);
  return todo > 0 ? [...faults, { kind: 'never at rest', text: `after ${ROUNDS} rounds` }] : faults;
}
