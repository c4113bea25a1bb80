import type { Bounds, By } from '../../core/access/key-entry.ts';
import type { Catalogue, CatalogueEntry } from '../../core/catalogue.ts';
import { deduplicationId, messageGroup } from '../../core/fifo.ts';
import { parseJson } from '../../core/json/parse.ts';
import { encodeMessage, type Message } from '../../core/message.ts';
import { HttpProblem } from '../../core/problem.ts';
import { readTraceparent } from '../../core/traceparent.ts';
import { uuidv7 } from '../../core/uuid.ts';
import { acceptable, type CheckedEvent } from '../../ingest/check.ts';
import { created, entryOf, publicationOf, queueUrlOf } from '../../ingest/publication.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { Publication } from '../../ports/publisher.ts';
import type { EventRecord } from '../../ports/records.ts';
import type { Tracing } from '../../ports/tracing.ts';
import type { Scalar } from '../../sdk/event.ts';

export interface ReplaySurroundings {
  /** Of the key that asks: no event is made outside of them. */
  bounds: Bounds;
  catalogue: Catalogue;
  /** Queue URL up to `<service>-<stage>-`. */
  queueUrlPrefix: string;
  traceparent?: string | undefined;
  tracing?: Tracing | undefined;
  /** Whose event an edited replay is; a plain one is its sender's. */
  by?: By | undefined;
  /** When the request was received, in milliseconds since the epoch. */
  now: number;
}

/**
 * A recorded event published again, with all that the client sent, in the form in which it was sent.
 * @throws HttpProblem 413 `event-too-large`, 422 `unknown-type`, and `invalid-data` when its schema has changed since
 */
export function replayOf(record: EventRecord, replay: number, surroundings: ReplaySurroundings): Publication {
  const entry = entryOf(record.type, surroundings.catalogue);
  const message = messageOf(record, replay, entry, surroundings.traceparent);
  const queueUrl = queueUrlOf(entry, surroundings.queueUrlPrefix);
  return created(message, queueUrl, surroundings.tracing, (made) =>
    publicationOf(record._id, made, entry, queueUrl, 'ever'),
  );
}

/**
 * As replayOf, for a replay that is written already: what its schema refuses now goes out too, so that its consumer fails it again and
 * it can be edited. Nothing is to be ordered by such data.
 */
export function sameReplayOf(record: EventRecord, surroundings: ReplaySurroundings): Publication {
  try {
    return replayOf(record, record.replay, surroundings);
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.code !== 'invalid-data') throw error;
  }
  const entry = entryOf(record.type, surroundings.catalogue);
  const queueUrl = queueUrlOf(entry, surroundings.queueUrlPrefix);
  const message = messageOf(record, record.replay, entry, surroundings.traceparent);
  return {
    queueUrl,
    body: created(message, queueUrl, surroundings.tracing, encodeMessage),
    ...(entry.ordered
      ? {
          group: messageGroup(record.tenant, record._id),
          deduplicationId: deduplicationId(record._id, record.fingerprint, record.replay),
        }
      : { group: record.tenant }),
  };
}

/**
 * What the record holds, and what newer code put beside it (protocol: carried-along); schema and build are those that look at its data
 * now, whoever let it in at first (protocol: schema-again).
 */
function messageOf(
  record: EventRecord,
  replay: number,
  { schemaHash: schema, build }: CatalogueEntry,
  traceparent: string | undefined,
): Message {
  const { tenant, id, source, type, subject, time, recordedtime, dataschema, fingerprint } = record;
  const extensions: Message['extensions'] = JSON.parse(record.extensions);
  return {
    ...{ version: 1, tenant, id, source, type, subject, time, recordedtime, dataschema, extensions },
    ...{ data: parseJson(record.data), fingerprint, replay, schema, build },
    traceparent: traceparent ?? readTraceparent(extensions.traceparent),
    ...(record.by && { by: record.by }),
    ...(record.carried !== undefined && { carried: carriedIn(parseJson(record.carried)) }),
  };
}

/** The extension attribute of an event that came in place of a failed one: the id of that failure. */
export const REPLAY_OF = 'replayof';

/**
 * A new event with the attributes of a failed one, other data and an id of its own. It may take its time: when the failed one
 * was to expire says nothing of it.
 * @throws HttpProblem 403 outside of the bounds, 413 `event-too-large`, 422 `unknown-type`, `invalid-data`
 */
export function editedReplayOf(
  { _id, tenant, event }: FailureRecord & { tenant: string; event: string },
  data: unknown,
  surroundings: ReplaySurroundings,
): CheckedEvent {
  const { source, type, subject, time, dataschema, ...rest }: FailedAttributes = JSON.parse(event);
  const { id: _, recordedtime: __, expirytime: ___, ...extensions } = rest;
  const sent = {
    ...{ id: uuidv7(surroundings.now), source, type, time, extensions: { ...extensions, [REPLAY_OF]: _id } },
    ...(subject !== undefined && { subject }),
    ...(dataschema !== undefined && { dataschema }),
    ...{ data: data ?? undefined, binaryData: false },
  };
  return acceptable(sent, { ...surroundings, tenant });
}

/** As the dead-letter function wrote them: extension attributes stand beside the others. */
interface FailedAttributes {
  source: string;
  type: string;
  subject?: string;
  time: string;
  dataschema?: string;
  [extension: string]: Scalar | undefined;
}

const carriedIn = (value: unknown): Message['carried'] =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
