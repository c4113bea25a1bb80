import type { LastWord } from '../core/failure.ts';
import { failureGroup } from '../core/failure-group.ts';
import { consumerTimeoutSeconds } from '../core/function-time.ts';
import type { Attempt } from '../core/outcome.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import type { Results } from '../ports/results.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Delivery } from './delivery.ts';
import { groupOf } from './delivery.ts';

export interface PreparePorts {
  records: Records;
  results: Results;
  clock: Clock;
  /** A fresh id for a run. */
  newRun(): string;
}

/** A delivery that may run, and what its earlier runs left behind. */
export interface Candidate {
  delivery: Delivery;
  /** Runs whose start marks are to be taken off. */
  died: string[];
  /** Those of them that died alone: each is an attempt (protocol: only-alone-is-a-crash). */
  crashes: Attempt[];
  suspect: boolean;
}

/** What is to be done with a batch before anything runs. */
export interface Prepared {
  runnable: Candidate[];
  /** The condition does not hold for these: read afterwards. */
  notTheirs: Delivery[];
  /** No attempts are left for these. */
  exhausted: { candidate: Candidate; lastWord: LastWord }[];
  /** A suspect runs alone: these must be made visible, confirmed, before it runs (protocol: neighbours-first). */
  handBack: Candidate[];
}

/**
 * Redelivered events: reads what is known of them in one find, counts the deaths of their earlier runs and singles out a suspect.
 * First deliveries cost nothing here (protocol: start-marks).
 */
export async function prepare(
  deliveries: readonly Delivery[],
  definition: EventDefinition,
  ports: PreparePorts,
): Promise<Prepared> {
  const lookUp = deliveries.filter(({ receives }) => receives > 1 || definition.handleBatch);
  const records = lookUp.length === 0 ? new Map() : await ports.records.find(lookUp.map(({ key }) => key));
  for (const delivery of lookUp) delivery.known = records.get(delivery.key);

  const mine = deliveries.filter(isMine);
  const candidates = await readDeaths(mine, consumerTimeoutSeconds(definition) * 1000, ports);
  const spent = (one: Candidate) => attemptsOf(one).length >= definition.retry.attempts;
  const able = candidates.filter((one) => !spent(one));
  const suspect = able.find((one) => one.suspect);
  const alone = suspect && runsAlone(suspect, able, definition);
  return {
    runnable: alone ? [alone] : able,
    notTheirs: deliveries.filter((delivery) => !isMine(delivery)),
    exhausted: candidates
      .filter(spent)
      .map((candidate) => ({ candidate, lastWord: lastWordOf(attemptsOf(candidate)) })),
    handBack: alone ? able.filter((one) => one !== alone) : [],
  };
}

/**
 * Writes the start marks of what was delivered before, in one bulk write.
 * @returns deliveries whose condition holds no more
 */
export async function mark(
  runnable: readonly Candidate[],
  { records, clock, newRun }: PreparePorts,
): Promise<Delivery[]> {
  const at = new Date(clock.now());
  const marks = runnable
    .filter(({ delivery }) => delivery.receives > 1)
    .map(({ delivery, died, crashes, suspect }) => {
      const run = newRun();
      delivery.run = run;
      if (delivery.known) delivery.known = { ...delivery.known, attempts: [...delivery.known.attempts, ...crashes] };
      const { key, message } = delivery;
      return { key, message, run, at, alone: runnable.length === 1, died, crashes, suspect };
    });
  const refused = marks.length === 0 ? new Set() : await records.mark(marks);
  return runnable.map(({ delivery }) => delivery).filter(({ run }) => refused.has(run));
}

const crash = { code: 'crashed', message: 'the process ended during the run' };

const attemptsOf = ({ delivery, crashes }: Candidate): Attempt[] => [...(delivery.known?.attempts ?? []), ...crashes];

/** Nothing is known of it, or its condition holds. */
const isMine = ({ known, message }: Delivery): boolean =>
  known === undefined ||
  (known.state === 'retrying' && known.replay === message.replay && known.fingerprint === message.fingerprint);

/**
 * Unfinished start marks, less those that a run declared void when MongoDB was down (protocol: withdrawn-marks).
 * @param livingMs a mark younger than this belongs to a run that still goes on and counts for nothing
 * (protocol: young-marks-live)
 */
async function readDeaths(
  deliveries: readonly Delivery[],
  livingMs: number,
  { results, clock }: PreparePorts,
): Promise<Candidate[]> {
  const marks = deliveries.map(({ key, known }) =>
    Object.entries(known?.starts ?? {})
      .filter(([, { at }]) => at.getTime() + livingMs < clock.now())
      .map(([run, { at, alone }]) => ({ key, run, at: at.toISOString(), alone })),
  );
  const all = marks.flat();
  const voided = all.length === 0 ? new Set<string>() : await results.voidedMarks(all);
  return deliveries.map((delivery, index) => {
    const own = marks[index] ?? [];
    const deaths = own.filter(({ key, run }) => !voided.has(`${key} ${run}`));
    return {
      delivery,
      // A void mark is taken off like the others but counts for nothing.
      died: own.map(({ run }) => run),
      crashes: deaths.filter(({ alone }) => alone).map(({ at }) => ({ at, outcome: 'crashed', error: crash })),
      suspect: (delivery.known?.suspect ?? false) || deaths.length > 0,
    };
  });
}

/** In an ordered type nothing may overtake what stands before it in its group, so the head of the suspect's group goes first. */
const runsAlone = (suspect: Candidate, able: readonly Candidate[], { orderedBy }: EventDefinition): Candidate =>
  (orderedBy && able.find(({ delivery }) => groupOf(delivery) === groupOf(suspect.delivery))) ?? suspect;

function lastWordOf(attempts: readonly Attempt[]): LastWord {
  const last = attempts.at(-1);
  const error = last?.error ?? { code: 'error', message: 'no attempt is left' };
  return {
    cause: last?.outcome === 'crashed' ? 'crashed' : 'attempts-exhausted',
    ...error,
    group: failureGroup(Object.assign(new Error(error.message), { code: error.code })),
  };
}
