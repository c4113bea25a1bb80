import { DeleteMessageBatchCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { messageOf } from '../../lib/errors.ts';
import type { Clock, Log } from '../../lib/ports.ts';
import { receiveBatch } from './receive.ts';
import { recordOf, type SqsEvent } from './record.ts';
import { failedRecords } from './response.ts';

export interface MappingOptions {
  client: SQSClient;
  clock: Clock;
  log: Log;
  queueUrl: string;
  queueArn: string;
  /** 1-10,000. */
  batchSize: number;
  /** Seconds, 0-300. */
  batchWindow: number;
  /** Most invocations at a time. */
  concurrency: number;
  /** With it the answer says which records failed; without it only a thrown error fails, and then the whole batch. */
  reportBatchItemFailures: boolean;
  /** Runs the function on one batch; rejects when it throws, takes too long or dies. */
  invoke(event: SqsEvent): Promise<unknown>;
}

export interface Mapping {
  /** Receives nothing more, and resolves when the invocations under way are settled. */
  stop(): Promise<void>;
}

const PAUSE_AFTER_ERROR_MS = 1000;
const DELETE_MOST = 10;

/**
 * An event source mapping between a queue and a function, as Lambda runs one: it deletes what succeeded and leaves what failed to
 * its visibility timeout. Order within a FIFO group follows from SQS, which hands out nothing of a group that is in flight.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function startMapping(options: MappingOptions): Mapping {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const polling = poll(options, running, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}

/** One receiver keeps as many invocations under way as it finds batches and places for. */
async function poll(options: MappingOptions, running: Set<Promise<void>>, signal: AbortSignal): Promise<void> {
  let left: Message[] = [];
  while (!signal.aborted) {
    try {
      const received = await receiveBatch({ ...options, signal }, left);
      left = received.left;
      if (received.batch.length === 0) continue;
      const run: Promise<void> = runBatch(options, received.batch).finally(() => running.delete(run));
      running.add(run);
      if (running.size >= options.concurrency) await Promise.race(running);
    } catch (error) {
      if (signal.aborted) return;
      options.log.error('a queue could not be read', { queue: options.queueUrl, error: messageOf(error) });
      await options.clock.sleep(PAUSE_AFTER_ERROR_MS, signal);
    }
  }
}

/** Never rejects: what fails here comes back when its visibility ends. */
async function runBatch(options: MappingOptions, batch: readonly Message[]): Promise<void> {
  const records = batch.map((message) => recordOf(message, options.queueArn));
  try {
    const answer = await options.invoke({ Records: records });
    const ids = records.map(({ messageId }) => messageId);
    const failed = options.reportBatchItemFailures ? failedRecords(ids, answer) : new Set<string>();
    await deleteMessages(
      options,
      records.filter(({ messageId }) => !failed.has(messageId)).map(({ receiptHandle }) => receiptHandle),
    );
  } catch (error) {
    options.log.error('a batch failed and comes back', { queue: options.queueUrl, error: messageOf(error) });
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html: HTTP 200 may hold failures */
async function deleteMessages({ client, queueUrl, log }: MappingOptions, handles: readonly string[]): Promise<void> {
  for (let start = 0; start < handles.length; start += DELETE_MOST) {
    const Entries = handles
      .slice(start, start + DELETE_MOST)
      .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    for (const { Code, Message: text } of Failed ?? [])
      log.warn('a message was not deleted and comes back', { queue: queueUrl, code: Code, error: text });
  }
}
