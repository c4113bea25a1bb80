import { DependencyError } from '../core/errors.ts';
import { inParallel } from '../core/in-parallel.ts';
import { NO_TYPE, OTHER_TYPES } from '../core/metrics.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { OfType, OpenFailures } from '../ports/open-failures.ts';
import type { Log } from '../sdk/log.ts';

/** More are told as so many: counting ends, whatever has failed. */
export const MOST_COUNTED = 10_000;
const WIDTH = 5;

/**
 * Tells how many failures of each type wait for a person; of none as well, so that an end is seen. While MongoDB is silent nothing is told.
 * @param types of the catalogue; what is open of others is told together
 */
export async function countOpenFailures(
  types: readonly string[],
  { open, metrics, log }: { open: OpenFailures; metrics: Metrics; log: Log },
): Promise<void> {
  const sought: { label: string; type: OfType }[] = [
    ...types.map((type) => ({ label: type, type })),
    { label: NO_TYPE, type: null },
    { label: OTHER_TYPES, type: { noneOf: types } },
  ];
  try {
    await inParallel(sought, WIDTH, async ({ label, type }) => {
      metrics.add('FailuresOpen', label, await open.count(type, MOST_COUNTED));
    });
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    log.warn('open failures were not counted', { code: error.code, error });
  }
}
