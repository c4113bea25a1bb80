import type { Arm, Experiment } from './experiment.ts';

/**
 * How an arm uses the machine. `ahead`: a whole path, which waits most of the time and has bounds of seconds; one at a time.
 * `behind`: measures no time, and computes while the one ahead waits. `alone`: has bounds of milliseconds.
 */
export type Place = 'ahead' | 'behind' | 'alone';

export interface ScheduledArm {
  arm: Arm;
  place: Place;
}

/** What must happen in one place. */
export interface Job {
  place: Place;
  /** Tells whoever wants to know of its faults by itself. */
  run(): Promise<void>;
}

/** Both arms of one experiment. What the control breaks does not depend on how quick it is. */
export function armsOf({ layer, alone }: Pick<Experiment, 'layer' | 'alone'>): ScheduledArm[] {
  const place = alone ? 'alone' : layer === 'whole path' ? 'ahead' : 'behind';
  return [
    { arm: 'sluice', place },
    { arm: 'control', place: 'behind' },
  ];
}

/**
 * Runs everything, in the order of each place: first those ahead and those behind, side by side, then those alone.
 * @param width how many at once, at most; those ahead never are two of them
 */
export async function runJobs(jobs: readonly Job[], width: number): Promise<void> {
  const of = (wanted: Place) => jobs.filter(({ place }) => place === wanted).values();
  const [ahead, behind, alone] = [of('ahead'), of('behind'), of('alone')];
  const lane = async (...queues: readonly Iterable<Job>[]) => {
    for (const queue of queues) for (const job of queue) await job.run();
  };
  await Promise.all([lane(ahead, behind), ...Array.from({ length: width - 1 }, () => lane(behind))]);
  await lane(alone);
}
