import { UndecodableError } from './errors.ts';
import { eventKey } from './event-key.ts';
import { decodeMessage, type Message } from './message.ts';
import type { EventRecord } from './ports.ts';
import { receiveCount, type SqsRecord } from './sqs-batch.ts';

/** One event of a batch, on its way through a consumer. */
export interface Delivery {
  readonly key: string;
  readonly message: Message;
  /** The record that runs, and its copies in this batch, which share its fate. */
  readonly records: readonly [SqsRecord, ...SqsRecord[]];
  readonly receives: number;
  /** What MongoDB knew of it when the batch came; only redelivered events are looked up. */
  known?: EventRecord | undefined;
  /** The id of this run, once its start mark is written. */
  run?: string | undefined;
}

export interface Decoded {
  deliveries: Delivery[];
  undecodable: SqsRecord[];
}

/**
 * Decodes each record on its own, because the queue is untrusted input, and drops copies: same key, fingerprint and replay.
 * @param type the consumer's own event type; a message of another one is none of its
 */
export function decodeBatch(records: readonly SqsRecord[], type: string): Decoded {
  const undecodable: SqsRecord[] = [];
  const found = new Map<string, { message: Message; key: string; records: [SqsRecord, ...SqsRecord[]] }>();
  for (const record of records) {
    try {
      const message = decodeMessage(record.body);
      if (message.type !== type)
        throw new UndecodableError(`a message of type ${message.type} on the queue of ${type}`);
      const key = eventKey(message.tenant, message.source, message.id);
      const same = `${key} ${message.fingerprint} ${message.replay}`;
      const earlier = found.get(same);
      if (earlier) earlier.records.push(record);
      else found.set(same, { message, key, records: [record] });
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      undecodable.push(record);
    }
  }
  const deliveries = [...found.values()].map((one) => ({
    ...one,
    receives: Math.max(...one.records.map(receiveCount)),
  }));
  return { deliveries, undecodable };
}
