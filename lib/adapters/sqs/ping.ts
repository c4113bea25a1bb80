import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Ping } from '../../ports/ping.ts';

/**
 * Asks for one attribute of a queue, which takes the right sqs:GetQueueAttributes on it.
 * @returns whether SQS answers within the client's budget and the queue is there
 */
export const sqsPing =
  (client: SQSClient, queueUrl: string): Ping =>
  async () => {
    try {
      await client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }));
      return true;
    } catch {
      return false;
    }
  };
