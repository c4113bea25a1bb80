import type { Change } from '../access/told.ts';
import type { Catalogue } from '../core/catalogue.ts';
import { HttpProblem } from '../core/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeskChange, DeskView, FailureDesk } from '../ports/failure-desk.ts';
import type { Reach } from '../ports/failure-queries.ts';
import type { FailureRecord } from '../ports/failures.ts';
import { isUnseen } from './replay/plan.ts';
import { toldOfFailure } from './told.ts';
import { failureUnknown } from './unknown.ts';

export interface DiscardInput extends Change {
  reach: Reach;
  /** Of the failure. */
  id: string;
  reason: string;
}

/**
 * Closes a failure that nobody will mend. Its event stays `failed`, and its record expires from now on. The same again changes nothing. A replay
 * whose event type is gone has no consumer that could see it: it is withdrawn (protocol: refused-replay-is-undone).
 * @returns the failure after it
 * @throws HttpProblem 404, 409; DependencyError when MongoDB does not answer
 */
export async function discard(
  { reach, id, reason, ...change }: DiscardInput,
  { desk, clock, catalogue }: { desk: FailureDesk; clock: Clock; catalogue: Pick<Catalogue, 'types'> },
): Promise<FailureRecord> {
  const at = new Date(clock.now());
  const failure = await desk.change(reach, id, (view) => {
    const what = planDiscard(view, reason, at, catalogue);
    return what && { change: what, audit: toldOfFailure(change, view.failure, what) };
  });
  if (!failure) throw failureUnknown(id);
  return failure;
}

function planDiscard(view: DeskView, reason: string, at: Date, { types }: Pick<Catalogue, 'types'>): DeskChange | null {
  const { state, discarded, type } = view.failure;
  if (state === 'discarded') {
    if (discarded?.reason === reason) return null;
    throw new HttpProblem('failure-discarded', 'this failure was discarded for another reason');
  }
  if (state === 'replayed') throw new HttpProblem('failure-replayed', 'this failure was replayed');
  if (state !== 'replaying') return { kind: 'discard', reason, at };
  const isGone = type !== null && !types.includes(type);
  if (isGone && isUnseen(view, at.getTime())) return { kind: 'discard', reason, at, withdraws: true };
  throw new HttpProblem('replay-under-way', 'this failure is being replayed');
}
