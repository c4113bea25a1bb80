import { GUARD_MS, type ProjectionCommands } from '../ports/projections.ts';
import type { SettledRecord } from './facts.ts';

/**
 * What a run left undone of a settled event's projections. Where it settled longer ago than guards live there is nothing to do here: some
 * may be applied, beside one that was refused, and would be applied again by an event that is sent anew; a rebuild applies the others
 * (protocol: refused-for-good).
 */
export const pendingOf = (
  { projected, projections, settledAt }: SettledRecord,
  now: number,
): readonly ProjectionCommands[] => {
  const mayBeUnguarded = settledAt !== undefined && now >= settledAt.getTime() + GUARD_MS;
  return projected === false && projections !== undefined && !mayBeUnguarded ? JSON.parse(projections) : [];
};
