import type { Identity } from '../core/access/identity.ts';
import { hasScope } from '../core/access/scopes.ts';
import { type ShownAttempt, shownAttempt } from '../core/outcome.ts';
import type { EventView } from '../results/view.ts';

/**
 * An event as this caller sees it: what an attempt said in its error is for those who may read failures, and for senders only where a
 * handler meant it for them (docs/http.md section 3).
 */
export const seenBy = (
  identity: Identity,
  view: EventView,
): Omit<EventView, 'attempts'> & { attempts: ShownAttempt[] } => ({
  ...view,
  attempts: view.attempts.map((attempt) => shownAttempt(attempt, hasScope(identity, 'failures:read'))),
});
