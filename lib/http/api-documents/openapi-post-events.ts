import type { Catalogue } from '../../core/catalogue.ts';
import { header, inHeader, json, problem, retryAfter, text, wait } from './openapi-parts.ts';
import { anyOf, oneOf, ref } from './openapi-schema-parts.ts';
import { cloudEventName, dataName, eventName } from './openapi-schemas.ts';
import type { OperationObject, Operations } from './operation.ts';

/** API Gateway joins a header that is sent twice by a comma. */
const once = { ...text, pattern: '^[^,]*$' } as const;
const single: ReadonlySet<string> = new Set(['id', 'source', 'type']);

/** Events in. */
export const sendOperations: Operations<'POST /events'> = { 'POST /events': sendEvents };

/** With a schema and an example of every event type. */
function sendEvents({ entries }: Catalogue): OperationObject {
  const events = oneOf(entries.map(({ definition: { type } }) => ref(eventName(type))));
  const cloudEvents = oneOf(entries.map(({ definition: { type } }) => ref(cloudEventName(type))));
  const data = anyOf(entries.map(({ definition: { type } }) => ref(dataName(type))));
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
      inHeader('Idempotency-Key', once, '`id` of one plain event that has none'),
      inHeader('traceparent', text, 'W3C Trace Context, carried through the queue'),
      ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema', 'partitionkey', 'expirytime'].map(
        (name) => inHeader(`ce-${name}`, single.has(name) ? once : text, 'CloudEvents binary mode'),
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
