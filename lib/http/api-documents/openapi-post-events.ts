import type { Catalogue } from '../../core/catalogue.ts';
import { MAX_EVENTS } from '../read-events.ts';
import { attributeHeaders, idempotencyKey } from './openapi-header-forms.ts';
import { header, inHeader, json, otherMedia, problem, retryAfter, text, wait } from './openapi-parts.ts';
import { anyOf, oneOf, ref } from './openapi-schema-parts.ts';
import { cloudEventName, dataName, eventName } from './openapi-schemas.ts';
import type { OperationObject, Operations } from './operation.ts';

/** Events in. */
export const sendOperations: Operations<'POST /events'> = { 'POST /events': sendEvents };

const traceparent = inHeader('traceparent', text, 'W3C Trace Context, carried through the queue');

/** With a schema and an example of every event type. */
function sendEvents(catalogue: Catalogue): OperationObject {
  const { entries } = catalogue;
  const events = oneOf(entries.map(({ definition: { type } }) => ref(eventName(type))));
  const cloudEvents = oneOf(entries.map(({ definition: { type } }) => ref(cloudEventName(type))));
  const examples = Object.fromEntries(
    entries.map(({ definition: { type, summary, example } }) => [type, { summary, value: { type, data: example } }]),
  );
  return {
    operationId: 'sendEvents',
    summary: 'Send one event or an array of them',
    description:
      'Plain JSON or CloudEvents 1.0 (structured, batched; binary mode is `/events#binary`). An id may be sent again with the same payload as often as needed: there is one effect.',
    tags: ['Events'],
    parameters: [
      wait,
      inHeader('Idempotency-Key', idempotencyKey, '`id` of one plain event that has none; counts nowhere else'),
      traceparent,
    ],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { anyOf: [events, { type: 'array', maxItems: MAX_EVENTS, items: events }] },
          examples,
        },
        'application/cloudevents+json': { schema: cloudEvents },
        'application/cloudevents-batch+json': { schema: { type: 'array', maxItems: MAX_EVENTS, items: cloudEvents } },
      },
    },
    responses: {
      ...responsesToOne,
      202: {
        ...accepted,
        description: 'SQS holds the event, or all events of the array',
        content: { 'application/json': { schema: { anyOf: [ref('Accepted'), ref('BatchAnswer')] } } },
      },
      207: {
        description: 'SQS holds some events of the array',
        content: json('BatchAnswer'),
        headers: retryAfter,
      },
      400: refusal('`invalid-json`, `invalid-event`'),
      403: refusal(notAllowed),
      409: refusal('`in-flight`', retryAfter),
      413: refusal('`event-too-large`, `request-too-large`'),
      422: refusal('`unknown-type`, `invalid-data`, `id-reused`, `unsupported-data`'),
      429: refusal('`rate-limited`: the request, or every event of the array', retryAfter),
      500: refusal('`internal-error`: also when the queue will never take what is in the event'),
      503: refusal('`queue-unavailable`; repeating with the same id is safe', retryAfter),
    },
    also: { '/events#binary': sendInHeaders(catalogue) },
  };
}

const notAllowed = '`scope-missing`, `type-not-allowed`, `source-not-allowed`';
const accepted = {
  description: 'SQS holds the event',
  content: json('Accepted'),
  headers: { Location: header('Where its outcome will be'), ...retryAfter },
};
const responsesToOne = {
  200: {
    description: 'With `Prefer: wait`, settled in time with any outcome',
    content: json('Event'),
    headers: { 'Preference-Applied': header('`wait=N` as applied') },
  },
  202: accepted,
  400: problem('`invalid-json`, `invalid-event`'),
  403: problem(notAllowed),
  409: problem('`in-flight`', retryAfter),
  413: problem('`event-too-large`, `request-too-large`'),
  415: otherMedia({ 'Accept-Encoding': header('`identity`, where a Content-Encoding was sent') }),
  422: problem('`invalid-data`, `id-reused`'),
  503: problem('`queue-unavailable`; repeating with the same id is safe', retryAfter),
};

const required: ReadonlySet<string> = new Set(['id', 'source']);

/** One event in binary mode. */
function sendInHeaders({ types }: Catalogue): OperationObject {
  const about = 'CloudEvents binary mode: percent-encoded where it is not printable ASCII';
  return {
    operationId: 'sendEventInHeaders',
    summary: 'Send one event in binary mode: attributes are headers, the body is `data`',
    description:
      'Any `ce-*` header makes this mode. Further ones are extension attributes, in the form of `ce-subject`. Quoted strings, needless escapes and bare UTF-8 are understood as well.',
    tags: ['Events'],
    parameters: [
      wait,
      traceparent,
      inHeader('ce-specversion', { enum: ['1.0'] }, about, true),
      inHeader('ce-type', types.length > 0 ? { enum: types } : { not: {} }, about, true),
      ...Object.entries(attributeHeaders).map(([name, schema]) =>
        inHeader(`ce-${name}`, schema, about, required.has(name)),
      ),
    ],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: anyOf(types.map((type) => ref(dataName(type)))) } },
    },
    responses: responsesToOne,
  };
}

/** One event is answered with a problem, an array with the answer to each of its events. */
const refusal = (description: string, headers?: Record<string, unknown>) => ({
  ...problem(description, headers),
  content: { 'application/problem+json': { schema: ref('Problem') }, ...json('BatchAnswer') },
});
