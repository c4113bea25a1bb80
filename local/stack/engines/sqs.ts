import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messageOf } from '../../../lib/core/errors.ts';
import { MAX_MESSAGE_BYTES } from '../../../lib/core/message.ts';
import type { UsedMemory } from '../../commands/memory/used.ts';
import { ensureQueues, type QueueDeclaration } from '../../engines/sqs/ensure-queues.ts';
import { localCredentials } from '../../engines/sqs/local-credentials.ts';
import type { KeptEngine } from '../state/kept-engine.ts';
import type { StartEmbedded } from './embedded/embedded.ts';
import { EngineError } from './engine-error.ts';

export interface SqsEngine {
  endpoint: string;
  /** Queue URL up to the queue's name. */
  queueUrlPrefix: string;
  name: string;
  /** Whether it says of a message which function sent it. */
  tellsSenders: boolean;
  /** Of a process of its own that is embedded. */
  memory?(): Promise<UsedMemory>;
  /** Absent where it is not embedded. */
  kept?: KeptEngine;
  stop(): Promise<void>;
}

const NAMED_TIMEOUT_MS = 3000;

/** @throws an error of SQS when a queue is one that AWS refuses */
export async function embeddedSqs(
  start: StartEmbedded,
  region: string,
  queues: readonly QueueDeclaration[],
): Promise<SqsEngine> {
  const engine = await start('sqs', region);
  const { address: endpoint, stop } = engine;
  const client = new SQSClient({ endpoint, region, credentials: localCredentials });
  try {
    await ensureQueues(client, queues);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    client.destroy();
  }
  const queueUrlPrefix = `${endpoint}/000000000000/`;
  return { ...engine, endpoint, queueUrlPrefix, name: 'embedded', tellsSenders: true, kept: engine };
}

/** The fewest bytes that a message may have in any of these queues; SQS may give them less than they were created with. */
async function smallestLimit(client: SQSClient, urls: readonly string[]): Promise<number> {
  const limits = urls.map(async (url) => {
    const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['MaximumMessageSize'] });
    return Number((await client.send(asked)).Attributes?.MaximumMessageSize ?? MAX_MESSAGE_BYTES);
  });
  return Math.min(MAX_MESSAGE_BYTES, ...(await Promise.all(limits)));
}

const smallerThanDeployed = (bytes: number): string =>
  bytes < MAX_MESSAGE_BYTES ? `, takes ${bytes} bytes a message (deployed: ${MAX_MESSAGE_BYTES})` : '';

/** The SQS that SQS_ENDPOINT names, with the queues of the service in it. @throws EngineError when it does not answer or refuses a queue */
export async function namedSqs(
  endpoint: string,
  region: string,
  queues: readonly QueueDeclaration[],
): Promise<SqsEngine> {
  const requestHandler = {
    connectionTimeout: NAMED_TIMEOUT_MS,
    requestTimeout: NAMED_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  };
  const client = new SQSClient({ endpoint, region, credentials: localCredentials, maxAttempts: 1, requestHandler });
  try {
    const urls = await ensureQueues(client, queues);
    const [[name, url] = ['', '/000000000000/']] = urls;
    const path = new URL(url, endpoint).pathname.slice(0, -name.length || undefined);
    return {
      endpoint,
      queueUrlPrefix: new URL(path, endpoint).href,
      name: `named by SQS_ENDPOINT${smallerThanDeployed(await smallestLimit(client, [...urls.values()]))}`,
      tellsSenders: false,
      stop: async () => {},
    };
  } catch (cause) {
    throw new EngineError(`SQS_ENDPOINT names an SQS that cannot be used: ${messageOf(cause)}`, { cause });
  } finally {
    client.destroy();
  }
}
