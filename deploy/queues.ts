import type { Catalogue, CatalogueEntry } from '../lib/core/catalogue.ts';
import { consumerTimeoutSeconds } from '../lib/core/function-time.ts';
import { LETTER_RETENTION_SECONDS, SOURCE_RETENTION_SECONDS } from '../lib/core/retention.ts';
import { bulkReplay } from '../lib/wiring/functions/bulk-replay.ts';
import { deadLetter } from '../lib/wiring/functions/dead-letter.ts';
import {
  deadLetterQueueId,
  deadLetterQueueName,
  getArn,
  queueArn,
  queueId,
  queueName,
  REPLAYS_QUEUE_ID,
  replaysQueueName,
} from './names.ts';
import { keeping, type Retained } from './retained.ts';
import type { Settings } from './settings.ts';
import { timeoutOf } from './sizes.ts';

/** A CloudFormation resource. */
export interface Resource extends Partial<Retained> {
  Type: string;
  DependsOn?: readonly string[];
  Properties: Record<string, unknown>;
}

const DAY = 86_400;
/** Six runs fit into one visibility: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_FACTOR = 6;
/**
 * The most that SQS takes. A net under the consumer's own counting: in an outage messages come back every 15 minutes, and
 * 1,000 returns are longer than the retention, so that it cannot fire while work waits for a dependency
 * (protocol: receives-are-a-net).
 */
const MAX_RECEIVE_COUNT = 1000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (RedriveAllowPolicy) */
const MAX_SOURCE_QUEUES = 10;

/** One queue per event type, one dead-letter queue per kind of queue, one of replays. */
export function queuesOf(catalogue: Catalogue, settings: Settings): Record<string, Resource> {
  const queues: Record<string, Resource> = {};
  for (const ordered of [false, true])
    queues[deadLetterQueueId(ordered)] = deadLetterQueue(catalogue, settings, ordered);
  for (const entry of catalogue.entries) queues[queueId(entry.definition.type)] = sourceQueue(entry, settings);
  queues[REPLAYS_QUEUE_ID] = replaysQueue(settings);
  return Object.fromEntries(Object.entries(queues).map(([id, queue]) => [id, { ...queue, ...keeping(settings) }]));
}

function sourceQueue(entry: CatalogueEntry, settings: Settings): Resource {
  const { definition, ordered } = entry;
  return {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: queueName(settings, definition.type, ordered),
      ...(ordered && fifo),
      VisibilityTimeout: VISIBILITY_FACTOR * consumerTimeoutSeconds(definition) + definition.queue.batchWindow,
      MessageRetentionPeriod: SOURCE_RETENTION_SECONDS,
      SqsManagedSseEnabled: true,
      RedrivePolicy: {
        deadLetterTargetArn: getArn(deadLetterQueueId(ordered)),
        maxReceiveCount: MAX_RECEIVE_COUNT,
      },
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    },
  };
}

/** A message stays until its job has ended: it has no dead letters, because coming back is how it goes on. */
const replaysQueue = (settings: Settings): Resource => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    QueueName: replaysQueueName(settings),
    VisibilityTimeout: VISIBILITY_FACTOR * timeoutOf(bulkReplay, settings),
    MessageRetentionPeriod: 14 * DAY,
    SqsManagedSseEnabled: true,
    RedriveAllowPolicy: { redrivePermission: 'denyAll' },
  },
});

/** Outlives its sources: a redriven standard message keeps its age (protocol: retention). */
const deadLetterQueue = (catalogue: Catalogue, settings: Settings, ordered: boolean): Resource => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    QueueName: deadLetterQueueName(settings, ordered),
    ...(ordered && fifo),
    VisibilityTimeout: VISIBILITY_FACTOR * timeoutOf(deadLetter, settings),
    MessageRetentionPeriod: LETTER_RETENTION_SECONDS,
    SqsManagedSseEnabled: true,
    RedriveAllowPolicy: redriveFrom(catalogue, settings, ordered),
  },
});

/** By name, because the sources refer to this queue; SQS lists ten sources at most, with more only the account bounds them. */
function redriveFrom(catalogue: Catalogue, settings: Settings, ordered: boolean) {
  const sources = catalogue.entries
    .filter((entry) => entry.ordered === ordered)
    .map(({ definition }) => queueArn(queueName(settings, definition.type, ordered)));
  if (sources.length === 0) return { redrivePermission: 'denyAll' };
  if (sources.length > MAX_SOURCE_QUEUES) return { redrivePermission: 'allowAll' };
  return { redrivePermission: 'byQueue', sourceQueueArns: sources };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html */
const fifo = {
  FifoQueue: true,
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
} as const;
