import { GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import { messageOf } from '../../lib/core/errors.ts';
import { localCredentials } from '../engines/sqs/local-credentials.ts';
import type { Running } from './running.ts';
import { type LocalService, queueNamePrefixOf } from './service.ts';

/** Whoever ends the stack does not wait for a server that is silent. */
const ASK_MS = 1000;
const COUNTS: QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

/** By event type, or by what else a queue is for, its name: `{ "cart.abandoned": "sluice-local-cart-abandoned" }`. */
export function queuesByUse(
  service: Pick<LocalService, 'name' | 'stage' | 'functions' | 'queues'>,
): Map<string, string> {
  const types = new Map(
    service.functions.flatMap(({ environment: { EVENT_TYPE }, mappings }) =>
      typeof EVENT_TYPE === 'string' ? mappings.map(({ queueName }) => [queueName, EVENT_TYPE] as const) : [],
    ),
  );
  const prefix = queueNamePrefixOf(service);
  return new Map(service.queues.map(({ name }) => [types.get(name) ?? name.slice(prefix.length), name]));
}

/**
 * One line for whoever has ended the stack: what still lay in its queues.
 * @param counts messages by event type, or by what else a queue is for
 * @param isKept whether the next start has them again
 */
export function leftText(counts: ReadonlyMap<string, number>, isKept: boolean): string {
  const left = [...counts].filter(([, count]) => count > 0).map(([use, count]) => `${use} ${count}`);
  if (left.length === 0) return 'Ended; nothing was queued.';
  return `Ended; still queued${isKept ? ', for the next start' : ', and gone now'}: ${left.join(', ')}.`;
}

/**
 * Asks SQS what is in its queues, whether it is visible or not. A server that is named keeps what is in it.
 * @param isKept whether this stack keeps what its own SQS has
 * @returns the line of leftText, or one that says why there is none
 */
export async function leftQueued(
  { service, engines: { sqs } }: Pick<Running, 'service' | 'engines'>,
  isKept: boolean,
): Promise<string> {
  const client = new SQSClient({
    endpoint: sqs.endpoint,
    region: service.region,
    credentials: localCredentials,
    maxAttempts: 1,
  });
  const abortSignal = AbortSignal.timeout(ASK_MS);
  const count = async (name: string): Promise<number> => {
    const command = new GetQueueAttributesCommand({ QueueUrl: sqs.queueUrlPrefix + name, AttributeNames: COUNTS });
    const { Attributes = {} } = await client.send(command, { abortSignal });
    return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
  };
  try {
    const asked = [...queuesByUse(service)].map(async ([use, name]) => [use, await count(name)] as const);
    return leftText(new Map(await Promise.all(asked)), isKept || sqs.kept === undefined);
  } catch (error) {
    return `Ended; SQS did not say what was still queued: ${messageOf(error)}`;
  } finally {
    client.destroy();
  }
}
