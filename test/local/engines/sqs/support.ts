import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, vi } from 'vitest';
import { localCredentials } from '../../../../local/engines/sqs/local-credentials.ts';
import { type RunningSqs, startSqs } from '../../../../local/engines/sqs/server.ts';

const { SQS_ENDPOINT, AWS_REGION = 'us-east-1', AWS_ACCESS_KEY_ID } = process.env;
// Read by the claims of the file that imports this one.
if (SQS_ENDPOINT) process.env.TEST_SQS ??= 'SQS_ENDPOINT';
export const embedded = !SQS_ENDPOINT;

/** Where a test runs on a server with a clock of its own, time that it can wait for. */
const MOST_WAIT_SECONDS = 5;

/** A queue of a test's own. */
export interface TestQueue {
  name: string;
  url: string;
  arn: string;
}

/**
 * The SQS of one file of tests: the embedded one, or that of SQS_ENDPOINT (credentials of the environment, else local ones).
 * Its queues have names of their own and are deleted at the end.
 * @param inFlightMost of the embedded one
 */
export function useSqs(inFlightMost = IN_FLIGHT_MOST) {
  let running: RunningSqs | undefined;
  let client: SQSClient;
  let shift = 0;
  const created: TestQueue[] = [];
  const systemNow = Date.now.bind(Date);

  beforeAll(async () => {
    running = embedded ? await startSqs({ queues: [], inFlightMost }) : undefined;
    client = new SQSClient({
      endpoint: SQS_ENDPOINT ?? running?.endpoint ?? '',
      region: AWS_REGION,
      ...(!AWS_ACCESS_KEY_ID && { credentials: localCredentials }),
    });
  });
  afterAll(async () => {
    for (const { url } of created) await client.send(new DeleteQueueCommand({ QueueUrl: url })).catch(() => undefined);
    client.destroy();
    vi.restoreAllMocks();
    await running?.stop();
  });

  const sqs = {
    get client() {
      return client;
    },
    unique: (suffix = '') => `test-${randomUUID()}${suffix}`,

    /** Creates a queue; an ordered one when FifoQueue is among its attributes. */
    async queue(attributes: Record<string, string> = {}): Promise<TestQueue> {
      const name = sqs.unique(attributes.FifoQueue ? '.fifo' : '');
      const { QueueUrl: url = '' } = await client.send(
        new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
      );
      created.push({ name, url, arn: '' });
      const { QueueArn: arn = '' } = await sqs.attributes({ url }, 'QueueArn');
      return { name, url, arn };
    },

    /** A queue with a dead-letter queue of its kind. */
    async withDeadLetters(maxReceiveCount: number, attributes: Record<string, string> = {}) {
      const dead = await sqs.queue(attributes.FifoQueue ? { FifoQueue: 'true' } : {});
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount });
      return { dead, work: await sqs.queue({ ...attributes, RedrivePolicy }) };
    },

    async attributes({ url }: Pick<TestQueue, 'url'>, ...names: QueueAttributeName[]) {
      const answer = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }));
      return answer.Attributes ?? {};
    },

    /** Numbers of messages: visible, in flight, delayed. */
    async counts(queue: TestQueue): Promise<number[]> {
      const states = ['', 'NotVisible', 'Delayed'].map(
        (state) => `ApproximateNumberOfMessages${state}` as QueueAttributeName,
      );
      const values = await sqs.attributes(queue, ...states);
      return states.map((state) => Number(values[state]));
    },

    send: (queue: TestQueue, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
      client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, ...more })),

    /** Sends one after the other to one group. */
    async sendOrdered(queue: TestQueue, group: string, bodies: readonly string[]) {
      for (const body of bodies)
        await sqs.send(queue, body, { MessageGroupId: group, MessageDeduplicationId: randomUUID() });
    },

    async receive(queue: TestQueue, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
      const { Messages } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.url,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
          ...more,
        }),
      );
      return Messages ?? [];
    },

    /** Lets time pass: by the embedded server's clock at once, elsewhere as long as it takes, or not at all when that is too long. */
    async pass(seconds: number, context: { skip(note?: string): void }): Promise<void> {
      if (!embedded && seconds > MOST_WAIT_SECONDS) context.skip('takes longer than a test');
      if (!embedded) return void (await sleep(seconds * 1000));
      shift += seconds * 1000;
      vi.spyOn(Date, 'now').mockImplementation(() => systemNow() + shift);
    },
  };
  return sqs;
}

/** The limit of the embedded server in these tests; AWS's is 120,000. */
export const IN_FLIGHT_MOST = 30;
export const bodiesOf = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);

/** The code of what SQS refused, as AWS's pages write it. */
export async function codeOf(refused: Promise<unknown>): Promise<string> {
  const error: unknown = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) return 'not refused';
  return error.name.replace(/^AWS\.SimpleQueueService\./, '').replace(/(?<!NotFound)Exception$/, '');
}
