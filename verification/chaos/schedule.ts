import type { Arm, Experiment } from './experiment.ts';

/**
 * How an arm uses the machine. `ahead`: a whole path, which waits most of the time and has bounds of seconds; one at a time.
 * `behind`: measures no time, and computes while the one ahead waits. `alone`: has bounds of milliseconds.
 */
export type Place = 'ahead' | 'behind' | 'alone';

export interface ScheduledArm {
  arm: Arm;
  seed: number;
  place: Place;
}

/** What must happen in one place. */
export interface Job {
  place: Place;
  /** Tells whoever wants to know of its faults by itself. */
  run(): Promise<void>;
}

/**
 * Seeds of the control. A whole path breaks by the dozen in one run, and three of them took longer than Sluice's arm; below it one
 * run takes seconds.
 */
export const controlsOf = ({ layer }: Pick<Experiment, 'layer'>): number => (layer === 'whole path' ? 1 : 3);

/**
 * Both arms of one experiment: Sluice's with the seed, the control with seeds from there on.
 * What controls break does not depend on how quick they are.
 */
export function armsOf({ layer, alone }: Pick<Experiment, 'layer' | 'alone'>, seed: number): ScheduledArm[] {
  const place = alone ? 'alone' : layer === 'whole path' ? 'ahead' : 'behind';
  const controls = Array.from(
    { length: controlsOf({ layer }) },
    (_, index): ScheduledArm => ({ arm: 'control', seed: seed + index, place: 'behind' }),
  );
  return [{ arm: 'sluice', seed, place }, ...controls];
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
