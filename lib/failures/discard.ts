import type { Change } from '../access/told.ts';
import { HttpProblem } from '../core/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeskChange, FailureDesk } from '../ports/failure-desk.ts';
import type { Reach } from '../ports/failure-queries.ts';
import type { FailureRecord } from '../ports/failures.ts';
import { toldOfFailure } from './told.ts';
import { failureUnknown } from './unknown.ts';

export interface DiscardInput extends Change {
  reach: Reach;
  /** Of the failure. */
  id: string;
  reason: string;
}

/**
 * Closes a failure that nobody will mend. Its event stays `failed`, and its record expires from now on. The same again changes nothing.
 * @returns the failure after it
 * @throws HttpProblem 404, 409; DependencyError when MongoDB does not answer
 */
export async function discard(
  { reach, id, reason, ...change }: DiscardInput,
  { desk, clock }: { desk: FailureDesk; clock: Clock },
): Promise<FailureRecord> {
  const at = new Date(clock.now());
  const failure = await desk.change(reach, id, ({ failure }) => {
    const what = planDiscard(failure, reason, at);
    return what && { change: what, audit: toldOfFailure(change, failure, what) };
  });
  if (!failure) throw failureUnknown(id);
  return failure;
}

function planDiscard({ state, discarded }: FailureRecord, reason: string, at: Date): DeskChange | null {
  if (state === 'discarded') {
    if (discarded?.reason === reason) return null;
    throw new HttpProblem('failure-discarded', 'this failure was discarded for another reason');
  }
  if (state === 'replayed') throw new HttpProblem('failure-replayed', 'this failure was replayed');
  if (state === 'replaying') throw new HttpProblem('replay-under-way', 'this failure is being replayed');
  return { kind: 'discard', reason, at };
}
