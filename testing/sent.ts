import { randomUUID } from 'node:crypto';
import type { Catalogue } from '../lib/core/catalogue.ts';
import { decodeMessage, type Message } from '../lib/core/message.ts';
import { dateOf } from '../lib/core/rfc3339.ts';
import type { SqsRecord } from '../lib/core/sqs-batch.ts';
import { checkEvent } from '../lib/ingest/check.ts';
import type { Scalar } from '../lib/sdk/event.ts';

/** An event that a test gives; what is left out is as if a client had left it out. */
export interface Given<Data> {
  readonly data: Data;
  /** A new one unless said otherwise; the same id again is another delivery of the same event. */
  readonly id?: string;
  readonly source?: string;
  readonly subject?: string;
  /** RFC 3339. */
  readonly time?: string;
  /** RFC 3339; now unless said otherwise. */
  readonly recordedtime?: string;
  readonly extensions?: Readonly<Record<string, Scalar>>;
}

/** An event on its way to its consumer. */
export interface Sent {
  readonly key: string;
  readonly message: Message;
  /** As SQS delivers it. @param receives how often, this time included */
  delivered(receives: number): SqsRecord;
}

export const QUEUE_URL_PREFIX = 'http://queue.test/test-';

/**
 * Sends an event through the checks of ingest.
 * @param forms of data that are taken: `ever` as if it had been sent when its form was that of then
 * @throws HttpProblem that names the fault, where ingest would refuse it
 */
export function sent(
  type: string,
  given: Given<unknown>,
  catalogue: Catalogue,
  tenant: string,
  forms: 'now' | 'ever' = 'now',
): Sent {
  const { data, recordedtime, extensions, ...attributes } = given;
  // As JSON carries it: what is undefined is not there.
  const members: unknown = JSON.parse(JSON.stringify({ ...extensions, ...attributes, type, data }));
  const now = recordedtime === undefined ? Date.now() : dateOf(recordedtime).getTime();
  const { key, publication } = checkEvent(
    { members, plain: true },
    { catalogue, tenant, bounds: {}, queueUrlPrefix: QUEUE_URL_PREFIX, now, forms },
  );
  const { body, group } = publication;
  return {
    key,
    message: decodeMessage(body),
    delivered: (receives) => ({
      messageId: randomUUID(),
      receiptHandle: randomUUID(),
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        // Of its message, which is as young as it is, however long ago its event came in: a replay is so too.
        SentTimestamp: String(Date.now()),
        ...(group !== undefined && { MessageGroupId: group }),
      },
    }),
  };
}
