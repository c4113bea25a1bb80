import { consumerTimeoutSeconds } from '../core/function-time.ts';
import type { Attempt } from '../core/outcome.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import type { Results } from '../ports/results.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { attemptedSoFar, type Delivery, type State } from './delivery.ts';
import type { Fact } from './facts.ts';
import { secondsEarly } from './retry.ts';

/** A delivery that may run, and what its earlier runs left behind. */
export interface Candidate {
  readonly state: State;
  /** Runs whose start marks are to be taken off. */
  readonly died: readonly string[];
  /** Those of them that died alone: each is an attempt (protocol: only-alone-is-a-crash). */
  readonly crashes: readonly Attempt[];
  /** One of its runs died: it may be what kills the process. */
  readonly suspect: boolean;
}

/** A delivery before its time, a copy as a rule. */
export interface Early {
  readonly state: State;
  readonly fact: Extract<Fact, { kind: 'early' }>;
}

/** What is to be done with a batch before anything runs. */
export interface Sorted {
  runnable: Candidate[];
  /** The condition does not hold for these: read afterwards. */
  notTheirs: State[];
  /** The next attempt of these is not due yet. */
  early: Early[];
  /** No attempts are left for these. */
  exhausted: Candidate[];
  /** A suspect runs alone: these must be made visible, confirmed, before it runs (protocol: neighbours-first). */
  handBack: Candidate[];
}

/**
 * What is known of deliveries that came before, in one find. First deliveries cost nothing here, but where several share a transaction
 * (protocol: start-marks, known-events-run-alone).
 * @param together whether they do
 */
export async function lookUp(deliveries: readonly Delivery[], together: boolean, records: Records): Promise<State[]> {
  const isAsked = ({ receives }: Delivery): boolean => receives > 1 || together;
  const asked = deliveries.filter(isAsked);
  const found = asked.length === 0 ? undefined : await records.find(asked.map(({ key }) => key));
  return deliveries.map((delivery) =>
    isAsked(delivery) ? { ...delivery, known: found?.get(delivery.key) } : delivery,
  );
}

/** Counts the deaths of earlier runs and singles out a suspect. */
export async function sortOut(
  states: readonly State[],
  definition: EventDefinition,
  ports: { results: Results; clock: Clock },
): Promise<Sorted> {
  const mine = states.filter(isMine);
  const candidates = await readDeaths(mine, consumerTimeoutSeconds(definition) * 1000, ports);
  const spent = ({ state, crashes }: Candidate): boolean =>
    attemptedSoFar(state) + crashes.length >= definition.retry.attempts;
  const open = candidates.filter((one) => !spent(one));
  const early = open.flatMap(({ state }) => earlyOf(state, ports.clock.now()));
  const earlyStates = new Set(early.map(({ state }) => state));
  const able = open.filter(({ state }) => !earlyStates.has(state));
  const suspect = able.find((one) => one.suspect);
  const alone = suspect && runsAlone(suspect, able, definition);
  return {
    runnable: alone ? [alone] : able,
    notTheirs: states.filter((state) => !isMine(state)),
    early,
    exhausted: candidates.filter(spent),
    handBack: alone ? able.filter((one) => one !== alone) : [],
  };
}

/** Nothing is known of it, or its condition holds. */
const isMine = ({ known, message }: State): boolean =>
  known === undefined ||
  (known.state === 'retrying' && known.replay === message.replay && known.fingerprint === message.fingerprint);

function earlyOf(state: State, now: number): Early[] {
  const seconds = secondsEarly(state.known ?? {}, now);
  return seconds === undefined ? [] : [{ state, fact: { kind: 'early', seconds } }];
}

const crash = { code: 'crashed', message: 'the process ended during the run' };

/**
 * Unfinished start marks, less those that a run declared void when MongoDB was down (protocol: withdrawn-marks).
 * @param livingMs a mark younger than this belongs to a run that still goes on and counts for nothing (protocol: young-marks-live)
 */
async function readDeaths(
  states: readonly State[],
  livingMs: number,
  { results, clock }: { results: Results; clock: Clock },
): Promise<Candidate[]> {
  const marks = states.map(({ key, known }) =>
    Object.entries(known?.starts ?? {})
      .filter(([, { at }]) => at.getTime() + livingMs < clock.now())
      .map(([run, { at, alone }]) => ({ key, run, at: at.toISOString(), alone })),
  );
  const all = marks.flat();
  const voided = all.length === 0 ? new Set<string>() : await results.voidedMarks(all);
  return states.map((state, index) => {
    const own = marks[index] ?? [];
    const deaths = own.filter(({ key, run }) => !voided.has(`${key} ${run}`));
    return {
      state,
      // A void mark is taken off like the others but counts for nothing.
      died: own.map(({ run }) => run),
      crashes: deaths.filter(({ alone }) => alone).map(({ at }) => ({ at, outcome: 'crashed', error: crash })),
      suspect: (state.known?.suspect ?? false) || deaths.length > 0,
    };
  });
}

/** In an ordered type nothing may overtake what stands before it in its group, so the head of the suspect's group goes first. */
const runsAlone = (suspect: Candidate, able: readonly Candidate[], { orderedBy }: EventDefinition): Candidate =>
  (orderedBy && able.find(({ state }) => state.group === suspect.state.group)) ?? suspect;
