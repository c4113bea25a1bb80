import { refuseAttributes, refuseUnreadable } from './attribute-rules.ts';
import { invalid, Refusal } from './refusal.ts';
import { type Body, isRecord, namesIn, numberIn, textIn } from './request.ts';
import type { World } from './world.ts';

const A_MINUTE_MS = 60_000;

/**
 * Looks at what fauxqs then creates.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 * @throws Refusal
 */
export function refuseQueue(world: World, body: Body, region: string): void {
  const name = textIn(body, 'QueueName');
  const attributes = isRecord(body.Attributes) ? body.Attributes : {};
  if (
    !/^[\w-]+(\.fifo)?$/.test(name) ||
    name.length > 80 ||
    (name.endsWith('.fifo') && attributes.FifoQueue !== 'true')
  )
    throw invalid(
      name,
      'QueueName',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  if (attributes.FifoQueue === 'true' && !name.endsWith('.fifo'))
    throw invalid(
      name,
      'QueueName',
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  const arn = `arn:aws:sqs:${region}:000000000000:${name}`;
  const existing = world.byArn(arn);
  if (!existing && world.deletedFor(arn) < A_MINUTE_MS)
    throw new Refusal(
      'QueueDeletedRecently',
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    );
  refuseAttributes(world, { arn, has: existing?.stored.attributes ?? {} }, attributes);
  if (existing)
    for (const [attribute, value] of Object.entries(attributes))
      if (existing.stored.getAllAttributes([attribute])[attribute] !== value)
        throw new Refusal(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${attribute}`,
        );
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html @throws Refusal */
export function setQueueAttributes(world: World, body: Body): Record<string, never> {
  const { stored } = world.queueIn(body);
  const attributes = isRecord(body.Attributes) ? body.Attributes : {};
  if (attributes.FifoQueue !== undefined && attributes.FifoQueue !== stored.attributes.FifoQueue)
    throw new Refusal('InvalidAttributeValue', 'Invalid value for the parameter FifoQueue.');
  refuseAttributes(world, { arn: stored.arn, has: stored.attributes }, attributes);
  const texts = Object.entries(attributes).map(([name, value]) => [name, String(value)] as const);
  stored.setAttributes(Object.fromEntries(texts));
  for (const [name, value] of texts) if (value === '') delete stored.attributes[name];
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html @throws Refusal */
export function getQueueAttributes(world: World, body: Body): { Attributes?: Record<string, string> } {
  const queue = world.queueIn(body);
  const names = namesIn(body, 'AttributeNames');
  refuseUnreadable(names);
  queue.settle();
  return names.length > 0 ? { Attributes: queue.stored.getAllAttributes(names) } : {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html @throws Refusal */
export function purgeQueue(world: World, body: Body): Record<string, never> {
  const queue = world.queueIn(body);
  if (Date.now() - queue.purgedAt < A_MINUTE_MS)
    throw new Refusal(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${queue.stored.name} is allowed every 60 seconds.`,
    );
  queue.purge();
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html @throws Refusal */
export function deleteQueue(world: World, body: Body): Record<string, never> {
  world.delete(world.queueIn(body));
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html @throws Refusal */
export function listDeadLetterSourceQueues(world: World, body: Body) {
  const urls = world
    .sourcesOf(world.queueIn(body).stored.arn)
    .map(({ stored }) => stored.url)
    .toSorted();
  const most = numberIn(body, 'MaxResults', 1, 1000) ?? urls.length;
  const start = body.NextToken === undefined ? 0 : urls.indexOf(String(body.NextToken)) + 1;
  const page = urls.slice(start, start + most);
  return { queueUrls: page, ...(start + most < urls.length && { NextToken: page.at(-1) }) };
}
