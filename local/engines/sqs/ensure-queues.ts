import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** A queue as SQS creates it: attributes are strings, a redrive policy is JSON text. */
export interface QueueDeclaration {
  name: string;
  attributes: Record<string, string>;
}

/**
 * Creates queues that are not there yet, dead-letter queues first.
 * @returns URLs by name
 * @throws what SQS refuses, e.g. InvalidParameterValue, QueueNameExists
 */
export async function ensureQueues(
  client: SQSClient,
  queues: readonly QueueDeclaration[],
): Promise<Map<string, string>> {
  const urls = new Map<string, string>();
  const [sources, targets] = [true, false].map((redriven) =>
    queues.filter(({ attributes }) => (attributes.RedrivePolicy !== undefined) === redriven),
  );
  for (const round of [targets ?? [], sources ?? []]) {
    const created = round.map(async ({ name, attributes }) => {
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
      if (QueueUrl === undefined) throw new Error(`SQS answered no URL for the queue ${name}`);
      urls.set(name, QueueUrl);
    });
    await Promise.all(created);
  }
  return urls;
}
