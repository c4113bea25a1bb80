import { randomUUID } from 'node:crypto';
import { ChangeMessageVisibilityBatchCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { TestContext } from 'vitest';
import type { Log } from '../../../../lib/sdk/log.ts';
import { systemClock } from '../../../../lib/wiring/clock.ts';
import { startSqs } from '../../../../local/engines/sqs/server.ts';
import { localCredentials } from '../../../../local/engines/sqs/signer.ts';
import { type MappingOptions, startMapping } from '../../../../local/stack/mapping/mapping.ts';
import type { SqsEvent } from '../../../../local/stack/mapping/record.ts';
import { sqsCalls } from '../../../../local/stack/mapping/sqs-calls.ts';

/** One invocation: what came and when. */
export interface Invocation {
  at: number;
  bodies: string[];
  event: SqsEvent;
}

/** A queue (`work` or `work.fifo`, visibility 5 min: nothing comes back because a machine is busy) with a dead-letter queue, and mappings on it that the test starts. */
export async function startQueue(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  options: { fifo?: boolean; maxReceiveCount?: number; visibility?: number } = {},
) {
  const suffix = options.fifo ? '.fifo' : '';
  const fifo: Record<string, string> = options.fifo ? { FifoQueue: 'true' } : {};
  const redrive = {
    deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:dead${suffix}`,
    maxReceiveCount: options.maxReceiveCount ?? 1000,
  };
  const sqs = await startSqs({
    queues: [
      { name: `dead${suffix}`, attributes: fifo },
      {
        name: `work${suffix}`,
        attributes: {
          ...fifo,
          VisibilityTimeout: String(options.visibility ?? 300),
          RedrivePolicy: JSON.stringify(redrive),
        },
      },
    ],
  });
  const client = new SQSClient({ endpoint: sqs.endpoint, region: 'us-east-1', credentials: localCredentials });
  const calls = sqsCalls(sqs.endpoint, 'us-east-1');
  const queueUrl = `${sqs.queueUrlPrefix}work${suffix}`;
  onTestFinished(async () => {
    client.destroy();
    calls.close();
    await sqs.stop();
  });

  const invocations: Invocation[] = [];
  const warnings: string[] = [];
  const messagesOf = async (name: 'work' | 'dead') => {
    const answer = await fetch(`${sqs.endpoint}/_fauxqs/queues/${name}${suffix}`);
    return ((await answer.json()) as { messages: QueueMessages }).messages;
  };
  return {
    client,
    calls,
    queueUrl,
    invocations,
    warnings,
    handled: () => invocations.flatMap(({ bodies }) => bodies),
    async send(bodies: readonly string[], group?: (body: string) => string, to = queueUrl) {
      for (let start = 0; start < bodies.length; start += 10) {
        const Entries = bodies.slice(start, start + 10).map((MessageBody, index) => ({
          Id: String(index),
          MessageBody,
          ...(group && { MessageGroupId: group(MessageBody), MessageDeduplicationId: randomUUID() }),
        }));
        const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl: to, Entries }));
        if (Failed?.length) throw new Error(`not sent: ${JSON.stringify(Failed)}`);
      }
    },
    start(
      invoke: (event: SqsEvent, bodies: string[]) => Promise<unknown>,
      changes: Partial<
        Pick<
          MappingOptions,
          | 'batchSize'
          | 'batchWindow'
          | 'quietMs'
          | 'clock'
          | 'concurrency'
          | 'reportBatchItemFailures'
          | 'exists'
          | 'queueUrl'
          | 'timeoutSeconds'
          | 'sqs'
        >
      > = {},
    ) {
      const mapping = startMapping({
        sqs: calls,
        clock: systemClock,
        log: { ...silent, warn: (text) => warnings.push(text), error: (text) => warnings.push(text) },
        queueUrl,
        queueArn: `arn:aws:sqs:us-east-1:000000000000:work${suffix}`,
        batchSize: 10,
        batchWindow: 0,
        concurrency: 2,
        reportBatchItemFailures: true,
        timeoutSeconds: 1,
        ...changes,
        invoke(event) {
          const bodies = event.Records.map(({ body }) => body);
          invocations.push({ at: performance.now(), bodies, event });
          return invoke(event, bodies);
        },
      });
      onTestFinished(() => mapping.stop());
      return mapping;
    },
    /** Makes visible at once what an invocation left, as the end of its visibility would. */
    async comesBack(bodies: readonly string[], invocation = invocations.at(-1)) {
      const records = invocation?.event.Records ?? [];
      const Entries = records
        .filter(({ body }) => bodies.includes(body))
        .map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }));
      const { Failed } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed?.length) throw new Error(`not visible: ${JSON.stringify(Failed)}`);
    },
    /** How many messages of a queue are in which state. */
    async count(name: 'work' | 'dead') {
      const { ready, inflight } = await messagesOf(name);
      return { ready: ready.length, inFlight: inflight.length };
    },
    /** What is neither visible nor deleted. */
    inFlight: async () => (await messagesOf('work')).inflight.map(({ message }) => message.body).toSorted(),
  };
}

interface QueueMessages {
  ready: unknown[];
  inflight: { message: { body: string } }[];
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
