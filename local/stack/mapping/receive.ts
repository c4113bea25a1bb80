import { type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../../lib/ports/clock.ts';

/** The most of one ReceiveMessage; larger batches take several. */
const RECEIVE_MOST = 10;
/** Receives at a time while a large batch fills. */
const RECEIVES_AT_A_TIME = 5;
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
  /** Of the queue, in milliseconds. */
  visibilityMs: number;
  signal: AbortSignal;
}

/** A message in hand. */
export interface Held {
  message: Message;
  bytes: number;
  /** From then on it is visible to others. */
  until: number;
}

/** A batch, empty when nothing came, and what did not fit; `error` ended the filling. */
export interface Received {
  batch: Held[];
  left: Held[];
  error?: unknown;
}

/**
 * Receives one batch: a long poll for the first messages, then, while the window lasts, more until batch or invocation is full.
 * What was in hand for longer than its visibility is let go: it comes with another receive.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html (batch size and window)
 * @param before messages of an earlier receive that did not fit; taken first
 */
export async function receiveBatch(options: ReceiveOptions, before: readonly Held[]): Promise<Received> {
  const { clock, batchSize, batchWindow, signal } = options;
  const fresh = (one: Held) => one.until > clock.now();
  const held = before.filter(fresh);
  try {
    if (held.length === 0) held.push(...(await receive(options, batchSize, LONG_POLL_SECONDS)));
    const end = clock.now() + batchWindow * 1000;
    while (held.length > 0 && held.length < batchSize && bytesOf(held) < INVOCATION_BYTES) {
      const remaining = end - clock.now();
      if (remaining <= 0 || signal.aborted) break;
      const more = await receive(options, batchSize - held.length, Math.floor(remaining / 1000));
      held.push(...more);
      if (more.length === 0 && remaining < 1000) await clock.sleep(Math.min(STEP_MS, remaining), signal);
    }
  } catch (error) {
    return { ...divide(held.filter(fresh)), error };
  }
  return divide(held.filter(fresh));
}

/** One receive after the other would fill a large batch too slowly; the first alone waits for messages. */
async function receive(options: ReceiveOptions, most: number, waitSeconds: number): Promise<Held[]> {
  const first = await receiveOnce(options, most, waitSeconds);
  const more = Math.min(RECEIVES_AT_A_TIME, Math.ceil((most - first.length) / RECEIVE_MOST));
  if (first.length < RECEIVE_MOST || more <= 0) return first;
  // What one of them got must not be lost when another fails: it is in flight.
  const others = await Promise.allSettled(
    Array.from({ length: more }, (_, index) => receiveOnce(options, most - first.length - index * RECEIVE_MOST, 0)),
  );
  return [...first, ...others.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))];
}

async function receiveOnce(options: ReceiveOptions, most: number, waitSeconds: number): Promise<Held[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: options.queueUrl,
    MaxNumberOfMessages: Math.min(RECEIVE_MOST, most),
    WaitTimeSeconds: Math.min(LONG_POLL_SECONDS, waitSeconds),
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const { Messages } = await options.client.send(command, { abortSignal: options.signal });
  const until = options.clock.now() + options.visibilityMs;
  return (Messages ?? []).map((message) => ({ message, bytes: sizeOf(message), until }));
}

const sizeOf = ({ Body }: Message): number => Buffer.byteLength(JSON.stringify(Body ?? ''), 'utf8') + RECORD_BYTES;
const bytesOf = (held: readonly Held[]): number => held.reduce((sum, { bytes }) => sum + bytes, 0);

/** What one invocation holds, always at least the first message, and the rest. */
function divide(held: readonly Held[]): Received {
  let sum = 0;
  const over = held.findIndex(({ bytes }, index) => {
    sum += bytes;
    return index > 0 && sum > INVOCATION_BYTES;
  });
  return over === -1 ? { batch: [...held], left: [] } : { batch: held.slice(0, over), left: held.slice(over) };
}
