import { consumerName, queueSuffix } from '../core/names.ts';
import type { SqsRecord } from '../core/sqs-batch.ts';

/** Whether the queue of this type is served by whoever sent a letter, or is where SQS took it from. */
export type Believes = (attributes: SqsRecord['attributes'], type: string) => boolean;

/**
 * A session of a role; that of a function bears the function's name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html (SenderId)
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (AROA)
 */
const SESSION = /^AROA[A-Z0-9]+:(.+)$/;

/**
 * Believes a letter of a type from the consumer of that type, and from SQS what lay in the queue of that type too long: its senders are
 * ingest and the failure desk (protocol: letters-by-sender). Who sent a message only SQS says, and who may bear which name the queue's
 * policy (deploy/queue-policies.ts).
 * @param prefix `<service>-<stage>-`, of all functions and queues
 */
export const sendersOf =
  (prefix: string): Believes =>
  ({ SenderId = '', DeadLetterQueueSourceArn: from }, type) =>
    from === undefined
      ? SESSION.exec(SenderId)?.[1] === prefix + consumerName(type)
      : [false, true].some((ordered) => from.endsWith(`:${prefix}${queueSuffix(type, ordered)}`));

/** Where SQS is another server, which says of everybody that he is the same. */
export const anySender: Believes = () => true;
