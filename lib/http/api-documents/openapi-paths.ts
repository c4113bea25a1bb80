import type { Catalogue } from '../../core/catalogue.ts';
import { failurePaths } from './openapi-failures.ts';
import {
  header,
  idInPath,
  inHeader,
  inQuery,
  json,
  link,
  listing,
  problem,
  text,
  unreadable,
  wait,
} from './openapi-parts.ts';
import { postEvents } from './openapi-post-events.ts';
import { replayPaths } from './openapi-replays.ts';
import { statuses } from './openapi-schemas.ts';

/** Every route; the template's routes are compared with these by a test. */
export const paths = (catalogue: Catalogue): Record<string, Record<string, unknown>> => ({
  '/events': { post: postEvents(catalogue), get: listEvents },
  '/events/{id}': { get: getEvent },
  ...failurePaths(catalogue),
  ...replayPaths(),
  '/event-types': {
    get: document('listEventTypes', 'Every event type with its schema and an example', json('EventTypes')),
  },
  '/openapi.json': {
    get: document('getOpenApi', 'This document', { 'application/json': { schema: { type: 'object' } } }),
  },
  '/asyncapi.json': {
    get: document('getAsyncApi', 'The queues and what they carry', {
      'application/json': { schema: { type: 'object' } },
    }),
  },
  '/health': {
    get: {
      operationId: 'getHealth',
      summary: 'Which dependencies are up',
      tags: ['Service'],
      security: [],
      responses: {
        200: { description: 'All are up', content: json('Health') },
        503: { description: 'At least one is down', content: json('Health') },
      },
    },
  },
});

const getEvent = {
  operationId: 'getEvent',
  summary: 'One event and its outcome',
  description: 'An id with characters outside `[A-Za-z0-9._:@-]` is given as `/events/~?id=`.',
  tags: ['Events'],
  parameters: [
    idInPath,
    inQuery('id', text, 'The id, where the path is `~`'),
    inQuery('source', text, "The event's source, when it was sent with one"),
    wait,
  ],
  responses: {
    200: {
      description: 'The event as it stands',
      content: json('Event'),
      headers: { 'Preference-Applied': header('`wait=N` as applied') },
    },
    400: problem('`invalid-parameter`'),
    404: problem('`event-unknown`: also until its first run, when it was accepted while Redis was down'),
    503: unreadable,
  },
};

const listEvents = {
  operationId: 'listEvents',
  summary: 'Events that a consumer has seen, the newest first',
  tags: ['Events'],
  parameters: [
    ...listing,
    inQuery('status', { enum: statuses.filter((status) => status !== 'accepted') }, 'Only with this status'),
  ],
  responses: {
    200: { description: 'A page', content: json('EventPage'), headers: link },
    400: problem('`invalid-parameter`'),
    503: unreadable,
  },
};

const document = (operationId: string, summary: string, content: Record<string, unknown>) => ({
  operationId,
  summary,
  tags: ['Service'],
  parameters: [inHeader('If-None-Match', text, 'ETag of a copy at hand')],
  responses: {
    200: { description: summary, content, headers: { ETag: header('Of this version') } },
    304: { description: 'The copy at hand is current' },
  },
});
