import { defaultSource } from '../core/access/identity.ts';
import type { Bounds, By } from '../core/access/key-entry.ts';
import type { Catalogue } from '../core/catalogue.ts';
import { eventKey } from '../core/event-key.ts';
import { fingerprint, mediaTypeName } from '../core/fingerprint.ts';
import { pointer } from '../core/json/pointer.ts';
import { eventFields, type Fields } from '../core/log-fields.ts';
import { isJson } from '../core/media-type.ts';
import type { Message } from '../core/message.ts';
import { type Fault, HttpProblem, shown } from '../core/problem.ts';
import type { SentEvent } from '../core/sent-event.ts';
import { readTraceparent } from '../core/traceparent.ts';
import { uuidv7 } from '../core/uuid.ts';
import type { Publication } from '../ports/publisher.ts';
import type { Tracing } from '../ports/tracing.ts';
import { type AttributeFault, idRule, readAttributes } from './attributes.ts';
import type { Forms } from './data.ts';
import { created, entryOf, publicationOf, queueUrlOf, refuseNames } from './publication.ts';
import { refuseOutside } from './within-bounds.ts';

/** One event as it came out of a request. */
export interface Draft {
  /** Attributes and data; anything that JSON can be. */
  members: unknown;
  /** Plain JSON, where Sluice fills in what CloudEvents require. */
  plain: boolean;
  /** The id where the event has none, from an Idempotency-Key, or why that is none. */
  defaultId?: string | { fault: string } | undefined;
}

/** An event that may be published. */
export interface CheckedEvent {
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  recordedtime: string;
  key: string;
  fingerprint: string;
  /** As sent. */
  data: unknown;
  /** Of its message. */
  traceparent?: string | undefined;
  publication: Publication;
  /** What a line says of it. */
  fields: Fields;
}

export interface Surroundings {
  catalogue: Pick<Catalogue, 'types' | 'get'>;
  /** Names close to an unknown type, for all events of a request. */
  closeTo?: (type: string) => readonly string[];
  tenant: string;
  /** The key that sends it. */
  by?: By | undefined;
  /** Of that key. */
  bounds: Bounds;
  /** Queue URL up to `<service>-<stage>-`. */
  queueUrlPrefix: string;
  traceparent?: string | undefined;
  tracing?: Tracing | undefined;
  /** When the request was received, in milliseconds since the epoch. */
  now: number;
  /** Of data that are taken: that of now alone, unless said otherwise. */
  forms?: Forms;
}

/**
 * Checks one event and makes the message of it. What is malformed (400) is said before what the key is not for (403), that before what
 * is not acceptable (422), and size (413) before data is looked at, so that the work on hostile data is bounded.
 * @throws HttpProblem
 */
export function checkEvent(draft: Draft, surroundings: Surroundings): CheckedEvent {
  const sent = readSent(draft);
  const id = sent.id ?? defaultId(draft) ?? uuidv7(surroundings.now);
  return acceptable({ ...sent, id }, surroundings);
}

/**
 * The message of an event whose attributes are well-formed, or were so for the door that took them once.
 * @throws HttpProblem 403, 413, 422
 */
export function acceptable(
  sent: SentEvent & { id: string },
  { catalogue, closeTo, tenant, by, bounds, queueUrlPrefix, traceparent, tracing, now, forms }: Surroundings,
): CheckedEvent {
  const recordedtime = new Date(now).toISOString();
  const event = {
    id: sent.id,
    source: sent.source ?? defaultSource(tenant),
    type: sent.type,
    ...(sent.subject !== undefined && { subject: sent.subject }),
    time: sent.time ?? recordedtime,
    recordedtime,
  };
  refuseOutside(bounds, event);
  const entry = entryOf(sent.type, catalogue, closeTo);
  refuseOtherThanJson(sent);
  const print = fingerprint(sent);
  const message: Message = {
    version: 1,
    tenant,
    ...event,
    dataschema: sent.dataschema,
    extensions: sent.extensions,
    data: sent.data,
    fingerprint: print,
    replay: 0,
    schema: entry.schemaHash,
    build: entry.build,
    traceparent: traceparent ?? readTraceparent(sent.extensions.traceparent),
    by,
  };
  const key = eventKey(tenant, event.source, event.id);
  const queueUrl = queueUrlOf(entry, queueUrlPrefix);
  return created(message, queueUrl, tracing, (made) => {
    const publication = publicationOf(key, made, entry, queueUrl, forms);
    refuseNames(sent.data);
    const { data } = sent;
    const { traceparent: trace } = made;
    return { ...event, key, fingerprint: print, data, traceparent: trace, publication, fields: eventFields(made) };
  });
}

/** The id that an event was sent with, if it is one: an answer to a refused event names it. */
export function sentId({ members, defaultId: fallback }: Draft): string | undefined {
  const sent = typeof members === 'object' && members !== null && 'id' in members ? members.id : undefined;
  const id = sent ?? fallback;
  return typeof id === 'string' && idRule(id) === undefined ? id : undefined;
}

/** What a line says of an event that could not be checked. */
export function draftFields(draft: Draft, { tenant, traceparent }: Surroundings): Fields {
  try {
    const { source = defaultSource(tenant), type } = readSent(draft);
    const { event_id, ...others } = eventFields({ tenant, id: sentId(draft) ?? '', source, type, traceparent });
    return event_id === '' ? others : { event_id, ...others };
  } catch {
    return { tenant };
  }
}

function readSent({ members, plain }: Draft): SentEvent {
  if (typeof members !== 'object' || members === null || Array.isArray(members)) {
    throw new HttpProblem('invalid-event', 'an event is a JSON object');
  }
  const read = readAttributes(members, plain ? ['type'] : ['specversion', 'id', 'source', 'type']);
  if ('faults' in read) throw malformed(read.faults);
  return read.event;
}

const malformed = (faults: readonly AttributeFault[]): HttpProblem => {
  const errors: Fault[] = faults.map(({ name, fault }) => ({ pointer: pointer([name]), detail: fault }));
  const [first] = faults;
  return new HttpProblem('invalid-event', first ? `${shown(first.name)} ${first.fault}` : 'this is no event', {
    errors,
  });
};

function defaultId({ defaultId: id }: Draft): string | undefined {
  if (id === undefined) return undefined;
  const fault = typeof id === 'string' ? (asciiRule(id) ?? idRule(id)) : id.fault;
  if (typeof id === 'string' && fault === undefined) return id;
  throw new HttpProblem('invalid-event', `the Idempotency-Key ${fault}`);
}

/** A header cannot say in which encoding other characters are: RFC 9110 section 5.5. */
const asciiRule = (id: string): string | undefined =>
  /^[\x20-\x7E]*$/.test(id) ? undefined : 'must be ASCII; an id with other characters goes into the event';

function refuseOtherThanJson({ binaryData, datacontenttype }: SentEvent): void {
  if (binaryData) throw new HttpProblem('unsupported-data', 'data_base64 is not taken; send JSON in data');
  if (isJson(mediaTypeName(datacontenttype))) return;
  throw new HttpProblem('unsupported-data', `data must be JSON, not ${shown(datacontenttype ?? '')}`);
}
