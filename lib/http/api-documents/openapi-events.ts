import { header, idInPath, json, link, problem, text, unreadable, wait } from './openapi-parts.ts';
import type { OperationObject, Operations } from './operation.ts';

/** Events as they stand. */
export const eventOperations: Operations<'GET /events' | 'GET /events/{id}'> = {
  'GET /events': () => ({
    ...list('listEvents', 'Events that a consumer has seen, the newest first'),
    also: {
      '/events#settled': {
        ...list('followEvents', 'Final events by `settledtime`, the oldest first, from `since` or from now'),
        description:
          '`next` is never null and never passes a minute ago: follow it for ever, and drop repeats by source, id and `settledtime`.',
      },
    },
  }),
  'GET /events/{id}': () => ({
    ...one('getEvent', 'One event and its outcome'),
    parameters: [{ ...idInPath, schema: { ...text, pattern: '^(?!\\.{1,2}$|~$)[^/]+$' } }, wait],
    also: {
      '/events/~': { ...one('getAnyEvent', 'One event, by an id that does not fit into a path'), parameters: [wait] },
    },
  }),
};

const list = (operationId: string, summary: string): OperationObject => ({
  operationId,
  summary,
  tags: ['Events'],
  responses: {
    200: { description: 'A page', content: json('EventPage'), headers: link },
    503: unreadable,
  },
});

const one = (operationId: string, summary: string): OperationObject => ({
  operationId,
  summary,
  description: 'An id with characters outside `[A-Za-z0-9._:@-]` is given as `/events/~?id=`.',
  tags: ['Events'],
  responses: {
    200: {
      description: 'The event as it stands',
      content: json('Event'),
      headers: { 'Preference-Applied': header('`wait=N` as applied') },
    },
    404: problem('`event-unknown`: also until its first run, when it was accepted while Redis was down'),
    503: unreadable,
  },
});
