import { createHash } from 'node:crypto';

const hash = (parts: readonly (string | number)[]): string =>
  createHash('sha256')
    .update(parts.map((part) => `${String(part).length}:${part}`).join(''))
    .digest('base64url');

/** The message group of an ordered event: what its definition orders by, per tenant. That of any other is its tenant (protocol: fair-queues). */
export const messageGroup = (tenant: string, orderedBy: string): string => hash([tenant, orderedBy]);

/**
 * The deduplication id of an ordered event. SQS accepts a repeated one and silently does not deliver it for 5 minutes, so all that makes
 * a message another one is in it: payload, replay, and for dead letters the queue (protocol: deduplication-id).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 * @param queue suffix of the dead-letter queue; absent on source queues
 */
export const deduplicationId = (eventKey: string, fingerprint: string, replay: number, queue = ''): string =>
  hash([eventKey, fingerprint, replay, queue]);
