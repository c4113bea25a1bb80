import type { Catalogue } from '../catalogue.ts';
import type { Schema } from './embed.ts';
import { cloudEventName, dataName, eventName, failureCauses, failureStates, ref, statuses } from './openapi-schemas.ts';

const json = (name: string) => ({ 'application/json': { schema: ref(name) } });
const header = (description: string, type = 'string') => ({ description, schema: { type } });
const problem = (description: string, headers?: Record<string, unknown>) => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
  ...(headers && { headers }),
});
const retryAfter = { 'Retry-After': header('Seconds', 'integer') };

const inQuery = (name: string, schema: Schema, description: string) => ({ name, in: 'query', schema, description });
const inHeader = (name: string, schema: Schema, description: string) => ({ name, in: 'header', schema, description });
const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;

const wait = inHeader('Prefer', text, '`wait=N` (RFC 7240) waits up to N seconds, 25 at most, for the outcome');
const listing = [
  inQuery('type', text, 'Only of this event type'),
  inQuery('since', time, 'Received at this time or later'),
  inQuery('until', time, 'Received before this time'),
  inQuery('limit', { type: 'integer', minimum: 1, maximum: 200, default: 50 }, 'Most items in one page'),
  inQuery('cursor', text, '`next` of the page before'),
];
const idInPath = { name: 'id', in: 'path', required: true, schema: text };
const unreadable = problem('`store-unavailable`', retryAfter);
const link = { Link: header('`rel="next"`, when there is a next page') };

/** Every route; the template's routes are compared with these by a test. */
export const paths = (catalogue: Catalogue): Record<string, Record<string, unknown>> => ({
  '/events': { post: postEvents(catalogue), get: listEvents },
  '/events/{id}': { get: getEvent },
  '/failures': { get: listFailures },
  '/failures/{id}': { get: getFailure },
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

function postEvents({ entries }: Catalogue) {
  const events = { oneOf: entries.map(({ definition: { type } }) => ref(eventName(type))) };
  const cloudEvents = { oneOf: entries.map(({ definition: { type } }) => ref(cloudEventName(type))) };
  const data = { anyOf: entries.map(({ definition: { type } }) => ref(dataName(type))) };
  const examples = Object.fromEntries(
    entries.map(({ definition: { type, summary, example } }) => [type, { summary, value: { type, data: example } }]),
  );
  const rate = {
    RateLimit: header('What is left, when a rate is set'),
    'RateLimit-Policy': header('The rate, when one is set'),
  };
  return {
    operationId: 'sendEvents',
    summary: 'Send one event or an array of them',
    description:
      'Plain JSON or CloudEvents 1.0 (structured, batched, or binary: `ce-*` headers, and the body is `data`). An id may be sent again with the same payload as often as needed: there is one effect.',
    tags: ['Events'],
    parameters: [
      wait,
      inHeader('Idempotency-Key', text, '`id` of one plain event that has none'),
      inHeader('traceparent', text, 'W3C Trace Context, carried through the queue'),
      ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema', 'partitionkey', 'expirytime'].map(
        (name) => inHeader(`ce-${name}`, text, 'CloudEvents binary mode'),
      ),
    ],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { anyOf: [events, { type: 'array', maxItems: 1000, items: events }, data] },
          examples,
        },
        'application/cloudevents+json': { schema: cloudEvents },
        'application/cloudevents-batch+json': { schema: { type: 'array', maxItems: 1000, items: cloudEvents } },
      },
    },
    responses: {
      200: {
        description: 'One event with `Prefer: wait`, settled in time with any outcome',
        content: json('Event'),
        headers: { 'Preference-Applied': header('`wait=N` as applied'), ...rate },
      },
      202: {
        description: 'SQS holds the event, or all events of the array',
        content: { 'application/json': { schema: { anyOf: [ref('Accepted'), ref('BatchAnswer')] } } },
        headers: { Location: header('Where its outcome will be'), ...retryAfter, ...rate },
      },
      207: { description: 'SQS holds some events of the array', content: json('BatchAnswer'), headers: retryAfter },
      400: refusal('`invalid-json`, `invalid-event`'),
      403: problem('`scope-missing`'),
      409: refusal('`in-flight`', retryAfter),
      413: refusal('`event-too-large`, `request-too-large`'),
      415: problem('`media-type`'),
      422: refusal('`unknown-type`, `invalid-data`, `id-reused`, `unsupported-data`'),
      429: refusal('`rate-limited`', { ...retryAfter, ...rate }),
      503: refusal('`queue-unavailable`; repeating with the same id is safe', retryAfter),
    },
  };
}

/** One event is answered with a problem, an array with the answer to each of its events. */
const refusal = (description: string, headers?: Record<string, unknown>) => ({
  ...problem(description, headers),
  content: { 'application/problem+json': { schema: ref('Problem') }, ...json('BatchAnswer') },
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

const listFailures = {
  operationId: 'listFailures',
  summary: 'Failures, the newest first',
  tags: ['Failures'],
  parameters: [
    ...listing,
    inQuery('status', { enum: failureStates }, 'Only in this state'),
    inQuery('cause', { enum: failureCauses }, 'Only with this cause'),
  ],
  responses: {
    200: { description: 'A page', content: json('FailurePage'), headers: link },
    400: problem('`invalid-parameter`'),
    503: unreadable,
  },
};

const getFailure = {
  operationId: 'getFailure',
  summary: 'One failure with its event and all attempts',
  tags: ['Failures'],
  parameters: [idInPath],
  responses: {
    200: { description: 'The failure', content: json('Failure') },
    404: problem('`failure-unknown`'),
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
