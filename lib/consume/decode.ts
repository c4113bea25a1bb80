import { cutToBytes } from '../core/bounded-text.ts';
import { NewerFormatError, UndecodableError } from '../core/errors.ts';
import { eventKey } from '../core/event-key.ts';
import { decodeMessage, MAX_MESSAGE_BYTES, type Message } from '../core/message.ts';
import { receiveCount, type SqsRecord, sentAt } from '../core/sqs-batch.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Delivery, Stranger } from './delivery.ts';

export interface Decoded {
  deliveries: Delivery[];
  strangers: Stranger[];
  /** Messages of a newer ingest: nobody here can read them. */
  newer: SqsRecord[];
  /** In an ordered type what stands behind one of them in its group, whatever it is. */
  behind: SqsRecord[];
}

/** Before the body of another type's message: bare, the dead-letter function would take it for the end of a living event. */
const MISPLACED = 'on the wrong queue: ';

/**
 * Decodes each record on its own, because the queue is untrusted input, and drops copies: same key, fingerprint and
 * replay (protocol: untrusted-queue, copies-share-a-fate).
 * @param definition of the consumer's own event type; a message of another one is none of its
 */
export function decodeBatch(
  records: readonly SqsRecord[],
  { type, orderedBy }: Pick<EventDefinition, 'type' | 'orderedBy'>,
): Decoded {
  const strangers: Stranger[] = [];
  const newer: SqsRecord[] = [];
  const behind: SqsRecord[] = [];
  const waiting = new Set<string>();
  const found = new Map<string, { message: Message; key: string; records: [SqsRecord, ...SqsRecord[]] }>();
  for (const record of records) {
    const group = orderedBy && record.attributes.MessageGroupId;
    if (group !== undefined && waiting.has(group)) {
      behind.push(record);
      continue;
    }
    try {
      const message = decodeMessage(record.body);
      if (message.type !== type) {
        strangers.push({ record, body: cutToBytes(MISPLACED + record.body, MAX_MESSAGE_BYTES) });
        continue;
      }
      const key = eventKey(message.tenant, message.source, message.id);
      const same = `${key} ${message.fingerprint} ${message.replay}`;
      const earlier = found.get(same);
      if (earlier) earlier.records.push(record);
      else found.set(same, { message, key, records: [record] });
    } catch (error) {
      if (error instanceof NewerFormatError) {
        newer.push(record);
        if (group !== undefined) waiting.add(group);
        continue;
      }
      if (!(error instanceof UndecodableError)) throw error;
      // As it came: wrapped, it might not fit.
      strangers.push({ record, body: record.body });
    }
  }
  const deliveries = [...found.values()].map((one) => ({
    ...one,
    // On a standard queue it names the tenant (protocol: fair-queues), whose events run beside each other.
    group: (orderedBy && one.records[0].attributes.MessageGroupId) ?? one.key,
    receives: Math.max(...one.records.map(receiveCount)),
    sentAt: Math.min(...one.records.map(sentAt)),
  }));
  return { deliveries, strangers, newer, behind };
}
