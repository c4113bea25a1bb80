import { type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../lib/ports.ts';

/** The most of one ReceiveMessage; larger batches take several. */
const RECEIVE_MOST = 10;
const LONG_POLL_SECONDS = 20;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (payload of a synchronous invocation) */
const INVOCATION_BYTES = 6 * 1024 * 1024;
/** Around each body in a record: its other fields. */
const RECORD_BYTES = 1024;
/** A long poll waits whole seconds; what is left of a window is waited in steps of this many milliseconds. */
const STEP_MS = 100;

export interface ReceiveOptions {
  client: SQSClient;
  clock: Clock;
  queueUrl: string;
  batchSize: number;
  /** Seconds to wait for a batch to fill, from its first message on. */
  batchWindow: number;
  signal: AbortSignal;
}

/**
 * Receives one batch: a long poll for the first messages, then, while the window lasts, more until batch or invocation is full.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html (batch size and window)
 * @param left messages of an earlier receive that did not fit; taken first
 * @returns the batch, empty when nothing came, and what did not fit
 */
export async function receiveBatch(
  options: ReceiveOptions,
  left: readonly Message[],
): Promise<{ batch: Message[]; left: Message[] }> {
  const { clock, batchSize, batchWindow, signal } = options;
  const messages = left.length > 0 ? [...left] : await receive(options, batchSize, LONG_POLL_SECONDS);
  const end = clock.now() + batchWindow * 1000;
  while (messages.length > 0 && messages.length < batchSize && bytesOf(messages) < INVOCATION_BYTES) {
    const remaining = end - clock.now();
    if (remaining <= 0 || signal.aborted) break;
    const more = await receive(options, batchSize - messages.length, Math.floor(remaining / 1000));
    messages.push(...more);
    if (more.length === 0 && remaining < 1000) await clock.sleep(Math.min(STEP_MS, remaining), signal);
  }
  const fitting = countFitting(messages);
  return { batch: messages.slice(0, fitting), left: messages.slice(fitting) };
}

async function receive(options: ReceiveOptions, most: number, waitSeconds: number): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: options.queueUrl,
    MaxNumberOfMessages: Math.min(RECEIVE_MOST, most),
    WaitTimeSeconds: Math.min(LONG_POLL_SECONDS, waitSeconds),
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const { Messages } = await options.client.send(command, { abortSignal: options.signal });
  return Messages ?? [];
}

const sizeOf = ({ Body }: Message): number => Buffer.byteLength(JSON.stringify(Body ?? ''), 'utf8') + RECORD_BYTES;
const bytesOf = (messages: readonly Message[]): number => messages.reduce((sum, message) => sum + sizeOf(message), 0);

/** How many messages one invocation holds; always at least the first. */
function countFitting(messages: readonly Message[]): number {
  let bytes = 0;
  const over = messages.findIndex((message, index) => {
    bytes += sizeOf(message);
    return index > 0 && bytes > INVOCATION_BYTES;
  });
  return over === -1 ? messages.length : over;
}
