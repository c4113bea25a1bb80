import type { Catalogue, CatalogueEntry } from '../core/catalogue.ts';
import { closeNamesOf } from '../core/close-names.ts';
import { codeOf } from '../core/errors.ts';
import { deduplicationId, messageGroup } from '../core/fifo.ts';
import { encodeMessage, MAX_MESSAGE_BYTES, type Message } from '../core/message.ts';
import { queueSuffix } from '../core/names.ts';
import { type Fault, HttpProblem, shown } from '../core/problem.ts';
import { redactionOf } from '../core/redaction.ts';
import type { Publication, TooLarge } from '../ports/publisher.ts';
import type { Tracing } from '../ports/tracing.ts';
import { type Forms, refusedName, sayable, validateData } from './data.ts';

/**
 * @param closeTo names close to a type: one for all events of a request
 * @throws HttpProblem 422 `unknown-type`, with close names
 */
export function entryOf(
  type: string,
  catalogue: Pick<Catalogue, 'types' | 'get'>,
  closeTo = closeNamesOf(catalogue.types),
): CatalogueEntry {
  const entry = catalogue.get(type);
  if (entry) return entry;
  const suggestions = closeTo(type);
  const hint = suggestions.length > 0 ? `; is it ${suggestions.join(' or ')}?` : '';
  throw new HttpProblem('unknown-type', `${shown(type)} is no event type${hint}`, {
    errors: [{ pointer: '#/type', detail: 'unknown event type' }],
    members: { suggestions },
  });
}

/** @param queueUrlPrefix queue URL up to `<service>-<stage>-` */
export const queueUrlOf = ({ definition, ordered }: CatalogueEntry, queueUrlPrefix: string): string =>
  `${queueUrlPrefix}${queueSuffix(definition.type, ordered)}`;

/**
 * Makes what is to be published of a message, within a span whose context travels with it: what is done with it later goes on from there.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#producer-spans
 * @throws what `make` throws
 */
export function created<Value>(
  message: Message,
  queueUrl: string,
  tracing: Tracing | undefined,
  make: (message: Message) => Value,
): Value {
  if (!tracing) return make(message);
  const { type, traceparent } = message;
  const span = tracing.begin({ operation: 'create', queue: queueUrl, type, traceparent });
  try {
    const made = make({ ...message, traceparent: span.traceparent });
    span.end();
    return made;
  } catch (error) {
    span.end({ error: codeOf(error) });
    throw error;
  }
}

/**
 * A message as it goes to the queue of its type; on one that is not ordered its group is its tenant (protocol: fair-queues).
 * @param key of the event
 * @param forms of its data that are taken
 * @throws HttpProblem 413 `event-too-large`, 422 `invalid-data`
 */
export function publicationOf(
  key: string,
  message: Message,
  { definition, ordered }: CatalogueEntry,
  queueUrl: string,
  forms: Forms = 'now',
): Publication {
  const body = encodeMessage(message);
  refuseLarge(body);
  const data = validated(message.data, definition, forms);
  const order = ordered ? orderOf(data, message.data, definition) : undefined;
  return {
    queueUrl,
    body,
    ...(order === undefined
      ? { group: message.tenant }
      : {
          group: messageGroup(message.tenant, order),
          deduplicationId: deduplicationId(key, message.fingerprint, message.replay),
        }),
  };
}

function refuseLarge(body: string): void {
  const bytes = Buffer.byteLength(body);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new HttpProblem(
    'event-too-large',
    `the encoded event has ${bytes} bytes; at most ${MAX_MESSAGE_BYTES} fit a message`,
  );
}

/**
 * What SQS will not take however often it is sent: repeating it helps nobody.
 * @param body as it was sent to SQS
 * @returns 413 `event-too-large` where it is more than the queue takes, else 500
 */
export function refusedForGood(body: string, outcome: 'unacceptable' | TooLarge): HttpProblem {
  if (outcome === 'unacceptable') {
    return new HttpProblem(
      'internal-error',
      'the queue refuses what is in this event, and always will; it was recorded',
    );
  }
  const { most } = outcome;
  const limit = most === undefined ? 'its queue takes less' : `its queue takes at most ${most}`;
  return new HttpProblem('event-too-large', `the encoded event has ${Buffer.byteLength(body)} bytes; ${limit}`, {
    members: { ...(most !== undefined && { limit: most }) },
  });
}

function validated(data: unknown, definition: CatalogueEntry['definition'], forms: Forms): unknown {
  if (data === undefined) throw invalid([{ pointer: '#/data', detail: 'is missing' }]);
  const checked = validateData(definition, data, forms);
  if ('data' in checked) return checked.data;
  throw invalid(checked.faults, checked.cause);
}

/** What an ordered event is ordered by. @param data as its schema gives it */
function orderOf(data: unknown, sent: unknown, { orderedBy, sensitive }: CatalogueEntry['definition']): string {
  let cause: unknown;
  try {
    const order: unknown = orderedBy?.(data);
    if (typeof order === 'string') return order;
    cause = new TypeError(`orderedBy gave ${order === null ? 'null' : typeof order} instead of a text`);
  } catch (error) {
    cause = sayable(error, redactionOf(sensitive, sent, data));
  }
  throw invalid([{ pointer: '#/data', detail: 'has no place in an order' }], cause);
}

/** What may not be in the data of an event that comes in. @throws HttpProblem 422 `invalid-data` */
export function refuseNames(data: unknown): void {
  const fault = refusedName(data);
  if (fault) throw invalid([fault]);
}

const invalid = (faults: readonly Fault[], cause?: unknown): HttpProblem =>
  new HttpProblem('invalid-data', `${faults[0]?.pointer} ${faults[0]?.detail}`, { errors: faults, cause });
