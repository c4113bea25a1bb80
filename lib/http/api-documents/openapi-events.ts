import { header, idInPath, json, link, problem, unreadable, wait } from './openapi-parts.ts';
import type { Operations } from './operation.ts';

/** Events as they stand. */
export const eventOperations: Operations<'GET /events' | 'GET /events/{id}'> = {
  'GET /events': () => ({
    operationId: 'listEvents',
    summary: 'Events that a consumer has seen, the newest first; or to be followed',
    description:
      'With `order=settled` final events by `settledtime`, the oldest first, from `since` (by `settledtime`) or from now, without `until`. Its `next` is never null and never passes a minute ago: follow it for ever, and drop repeats by source, id and `settledtime`.',
    tags: ['Events'],
    responses: {
      200: { description: 'A page', content: json('EventPage'), headers: link },
      503: unreadable,
    },
  }),
  'GET /events/{id}': () => ({
    operationId: 'getEvent',
    summary: 'One event and its outcome',
    description: 'An id with characters outside `[A-Za-z0-9._:@-]` is given as `/events/~?id=`.',
    tags: ['Events'],
    parameters: [idInPath, wait],
    responses: {
      200: {
        description: 'The event as it stands',
        content: json('Event'),
        headers: { 'Preference-Applied': header('`wait=N` as applied') },
      },
      404: problem('`event-unknown`: also until its first run, when it was accepted while Redis was down'),
      503: unreadable,
    },
  }),
};
