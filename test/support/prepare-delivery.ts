import { eventKey } from '../../lib/core/event-key.ts';
import type { Message } from '../../lib/core/message.ts';

/** A first delivery of an event as a consumer decoded it, for what needs no queue. */
export function prepareDelivery(fields: Partial<Message> = {}) {
  const recordedtime = '2026-11-23T12:00:00.000Z';
  const message: Message = {
    version: 1,
    tenant: 'local',
    id: 'one',
    source: '/tenants/local',
    type: 'test.happened',
    time: recordedtime,
    recordedtime,
    extensions: {},
    data: {},
    fingerprint: 'A'.repeat(43),
    replay: 0,
    schema: '0'.repeat(16),
    ...fields,
  };
  const sentAt = Date.parse(recordedtime);
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(sentAt) };
  const record = { messageId: message.id, receiptHandle: message.id, body: '', attributes };
  const key = eventKey(message.tenant, message.source, message.id);
  return { key, message, records: [record] as const, group: key, receives: 1, sentAt };
}
