import { invalid, Refusal } from './refusal.ts';
import { isRecord } from './request.ts';
import type { World } from './world.ts';

/** Bounds of attributes that are whole numbers. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};
const FIFO_VALUES: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};
const OTHERS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'SqsManagedSseEnabled'];
const COUNTED = ['QueueArn', 'CreatedTimestamp', 'LastModifiedTimestamp'].concat(
  ['', 'NotVisible', 'Delayed'].map((state) => `ApproximateNumberOfMessages${state}`),
);
const SETTABLE: ReadonlySet<string> = new Set([...Object.keys(RANGES), ...Object.keys(FIFO_VALUES), ...OTHERS]);
const READABLE: ReadonlySet<string> = new Set(['All', ...SETTABLE, ...COUNTED]);
const MOST_SOURCES = 10;

const unknown = (name: string) => new Refusal('InvalidAttributeName', `Unknown Attribute ${name}.`);

/** @throws Refusal InvalidAttributeName */
export function refuseUnreadable(names: readonly string[]): void {
  for (const name of names) if (!READABLE.has(name)) throw unknown(name);
}

/**
 * Attributes that a queue gets, on top of those that it has.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 * @throws Refusal InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue
 */
export function refuseAttributes(
  world: World,
  queue: { arn: string; has: Readonly<Record<string, string>> },
  attributes: Readonly<Record<string, unknown>>,
): void {
  const fifo = queue.arn.endsWith('.fifo');
  for (const [name, value] of Object.entries(attributes)) {
    if (!SETTABLE.has(name) || (!fifo && FIFO_VALUES[name])) throw unknown(name);
    const refused = new Refusal('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
    const [least = 0, most = 0] = RANGES[name] ?? [];
    if (RANGES[name] && !(/^\d+$/.test(String(value)) && Number(value) >= least && Number(value) <= most))
      throw refused;
    if (FIFO_VALUES[name] && !FIFO_VALUES[name].includes(String(value))) throw refused;
  }
  const { FifoThroughputLimit, DeduplicationScope } = { ...queue.has, ...attributes };
  if (FifoThroughputLimit === 'perMessageGroupId' && DeduplicationScope !== 'messageGroup')
    throw new Refusal(
      'InvalidAttributeValue',
      'Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is allowed only with DeduplicationScope messageGroup.',
    );
  if (attributes.RedrivePolicy) refuseRedrive(world, queue.arn, String(attributes.RedrivePolicy));
  if (attributes.RedriveAllowPolicy) refuseAllowance(String(attributes.RedriveAllowPolicy));
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function refuseRedrive(world: World, source: string, text: string): void {
  const refuse = (reason: string) => invalid(text, 'RedrivePolicy', reason);
  const policy = json(text);
  if (!policy) throw refuse('Redrive policy is not a valid JSON map.');
  const { deadLetterTargetArn: target, maxReceiveCount = 10 } = policy;
  if (typeof target !== 'string')
    throw refuse('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  const receives = Number(maxReceiveCount);
  if (!Number.isInteger(receives) || receives < 1 || receives > 1000)
    throw refuse('Invalid value for maxReceiveCount. It must be between 1 and 1000, both inclusive.');
  const queue = world.byArn(target);
  if (!queue) throw refuse('Dead letter target does not exist.');
  if (target.endsWith('.fifo') !== source.endsWith('.fifo'))
    throw refuse('Dead-letter queue must be same type of queue as the source.');
  const allowance = json(queue.stored.attributes.RedriveAllowPolicy ?? '{}') ?? {};
  const { redrivePermission = 'allowAll', sourceQueueArns } = allowance;
  const named = Array.isArray(sourceQueueArns) && sourceQueueArns.includes(source);
  if (redrivePermission === 'denyAll' || (redrivePermission === 'byQueue' && !named))
    throw refuse('Dead letter target does not allow this queue as its source (RedriveAllowPolicy).');
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (RedriveAllowPolicy) */
function refuseAllowance(text: string): void {
  const refuse = (reason: string) => invalid(text, 'RedriveAllowPolicy', reason);
  const policy = json(text);
  if (!policy) throw refuse('Redrive allow policy is not a valid JSON map.');
  const { redrivePermission, sourceQueueArns: sources } = policy;
  if (!['allowAll', 'denyAll', 'byQueue'].includes(String(redrivePermission)))
    throw refuse('Unknown redrivePermission.');
  const listed = Array.isArray(sources) ? sources.length : 0;
  if (redrivePermission === 'byQueue' ? listed < 1 || listed > MOST_SOURCES : sources !== undefined)
    throw refuse('sourceQueueArns holds 1 to 10 ARNs with byQueue and is absent otherwise.');
}

function json(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
