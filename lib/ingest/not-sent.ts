import { HttpProblem } from '../core/problem.ts';
import { isRefusedForGood, type PublicationOutcome } from '../ports/publisher.ts';
import type { Log } from '../sdk/log.ts';
import type { CheckedEvent } from './check.ts';
import { refusedForGood } from './publication.ts';

/**
 * What a client is told of an event that its queue did not take for certain. Where no answer came the claim stands for up to 5 s, so that
 * an earlier repetition would meet 409.
 */
export function notSent(
  { id, fields, publication }: CheckedEvent,
  outcome: Exclude<PublicationOutcome, 'sent'>,
  log: Log,
): HttpProblem {
  if (isRefusedForGood(outcome)) {
    log.error('the queue refuses an event for good', { ...fields, outcome });
    return refusedForGood(publication.body, outcome);
  }
  const what = outcome === 'unanswered' ? 'did not answer and may hold' : 'did not take';
  return new HttpProblem(
    'queue-unavailable',
    `the queue ${what} the event with the id ${JSON.stringify(id)}; sending it again with this id is safe`,
    { retryAfter: outcome === 'unanswered' ? 5 : 2, members: { id } },
  );
}
