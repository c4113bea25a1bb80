import type { Identity } from '../core/access/identity.ts';
import { hasScope } from '../core/access/scopes.ts';
import { masked } from '../core/masking.ts';
import { type ShownAttempt, shownAttempt } from '../core/outcome.ts';
import type { EventView } from '../results/view.ts';
import type { Marks } from '../sdk/sensitive-marks.ts';

/**
 * An event as this caller sees it: what an attempt said in its error, and what is sensitive in data, is for those who may read failures;
 * for senders only what a handler meant for them (docs/http.md section 3).
 * @param sensitive what of its data is sensitive; undefined: nothing
 */
export function seenBy(
  identity: Identity,
  view: EventView,
  sensitive: Marks | undefined,
): Omit<EventView, 'attempts'> & { attempts: ShownAttempt[] } {
  const all = hasScope(identity, 'failures:read');
  return {
    ...view,
    ...('data' in view && !all && { data: masked(sensitive, view.data) }),
    attempts: view.attempts.map((attempt) => shownAttempt(attempt, all)),
  };
}
