import { CreateQueueCommand, GetQueueUrlCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** A queue as SQS creates it: attributes are strings, a redrive policy is JSON text. */
export interface QueueDeclaration {
  name: string;
  attributes: Record<string, string>;
}

/** One of this name is there, with other attributes: in SQS's words, and in those of servers that are older. */
const THERE: ReadonlySet<string> = new Set(['QueueNameExists', 'QueueAlreadyExists']);

/**
 * Creates queues that are not there yet, and gives those that are the attributes that are declared, as a deployment would; dead-letter queues
 * first. What waits in them stays.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 * @returns URLs by name
 * @throws what SQS refuses, e.g. InvalidParameterValue
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
    await Promise.all(round.map(async (queue) => urls.set(queue.name, await ensureQueue(client, queue))));
  }
  return urls;
}

async function ensureQueue(client: SQSClient, { name, attributes }: QueueDeclaration): Promise<string> {
  try {
    return urlOf(name, await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes })));
  } catch (error) {
    if (!(error instanceof Error && THERE.has(error.name))) throw error;
  }
  const url = urlOf(name, await client.send(new GetQueueUrlCommand({ QueueName: name })));
  // It is in its name, and the one thing that no queue becomes.
  const { FifoQueue: _, ...changeable } = attributes;
  await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: changeable }));
  return url;
}

function urlOf(name: string, { QueueUrl }: { QueueUrl?: string | undefined }): string {
  if (QueueUrl === undefined) throw new Error(`SQS answered no URL for the queue ${name}`);
  return QueueUrl;
}
