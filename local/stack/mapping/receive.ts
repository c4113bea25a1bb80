import type { Clock } from '../../../lib/ports/clock.ts';
import { itemsOf } from './members.ts';
import { recordOf, type SqsRecord } from './record.ts';
import type { SqsCalls } from './sqs-calls.ts';

/** The most of one ReceiveMessage; larger batches take several. */
const RECEIVE_MOST = 10;
/** Receives at a time while a large batch fills. */
const RECEIVES_AT_A_TIME = 5;
const LONG_POLL_SECONDS = 20;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (payload of a synchronous invocation) */
const INVOCATION_BYTES = 6 * 1024 * 1024;
/** Around each body in a record: its other fields. */
const RECORD_BYTES = 1024;
/** While the function is busy a batch may fill for so long: events cost less together, and none would be begun earlier by much. */
const BUSY_MS = 10;
/** When nothing has come for so long, nothing more is coming: somebody tries one event, and waits for what becomes of it. */
const QUIET_MS = 50;

export interface ReceiveOptions {
  sqs: SqsCalls;
  clock: Clock;
  queueUrl: string;
  queueArn: string;
  batchSize: number;
  /** Most seconds to wait for a batch to fill, from its first message on. */
  batchWindow: number;
  /** Whether the function has an invocation under way, of a queue that may have a window. */
  busy?(): boolean;
  /** A window ends when nothing has come for so many milliseconds; 50 unless a test says otherwise. */
  quietMs?: number;
  /** Of the queue, in milliseconds. */
  visibilityMs: number;
  signal: AbortSignal;
}

/** A message in hand. */
export interface Held {
  record: SqsRecord;
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
 * Receives one batch: a long poll for the first messages, then, while the window lasts and more are coming, until batch or invocation is
 * full. What was in hand for longer than its visibility is let go: it comes with another receive.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html (batch size and window)
 * @param before messages of an earlier receive that did not fit; taken first
 */
export async function receiveBatch(options: ReceiveOptions, before: readonly Held[]): Promise<Received> {
  const { clock, batchSize, batchWindow, busy, quietMs = QUIET_MS, signal } = options;
  const fresh = (one: Held) => one.until > clock.now();
  const held = before.filter(fresh);
  try {
    if (held.length === 0) await receive(options, held, LONG_POLL_SECONDS);
    const end = clock.now() + Math.max(batchWindow * 1000, busy?.() ? BUSY_MS : 0);
    for (let came = held.length; came > 0 && held.length < batchSize && bytesOf(held) < INVOCATION_BYTES; ) {
      const remaining = end - clock.now();
      if (remaining <= 0 || signal.aborted) break;
      // One receive for what comes meanwhile, not one for each message.
      await clock.sleep(Math.min(quietMs, remaining), signal);
      came = await receive(options, held, 0);
    }
  } catch (error) {
    return { ...divide(held.filter(fresh)), error };
  }
  return divide(held.filter(fresh));
}

/**
 * Receives what there is, until a batch is full, or an invocation. One receive after the other would fill a large batch too slowly; the first
 * alone waits for messages.
 * @param held gets them
 * @returns how many
 */
async function receive(options: ReceiveOptions, held: Held[], waitSeconds: number): Promise<number> {
  const before = held.length;
  const first = await receiveOnce(options, options.batchSize - before, waitSeconds);
  held.push(...first);
  for (let isMore = first.length === RECEIVE_MOST; isMore && bytesOf(held) < INVOCATION_BYTES; ) {
    const most = options.batchSize - held.length;
    const receives = Math.min(RECEIVES_AT_A_TIME, Math.ceil(most / RECEIVE_MOST));
    if (receives === 0) break;
    // What one of them got must not be lost when another fails: it is in flight.
    const all = await Promise.allSettled(
      Array.from({ length: receives }, (_, index) => receiveOnce(options, most - index * RECEIVE_MOST, 0)),
    );
    const came = all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    held.push(...came);
    isMore = came.length >= Math.min(most, receives * RECEIVE_MOST);
  }
  return held.length - before;
}

async function receiveOnce(options: ReceiveOptions, most: number, waitSeconds: number): Promise<Held[]> {
  const asked = {
    QueueUrl: options.queueUrl,
    MaxNumberOfMessages: Math.min(RECEIVE_MOST, most),
    WaitTimeSeconds: Math.min(LONG_POLL_SECONDS, waitSeconds),
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  };
  const { Messages: messages } = await options.sqs.call('ReceiveMessage', asked, options.signal);
  const until = options.clock.now() + options.visibilityMs;
  return itemsOf(messages).map((message) => {
    const record = recordOf(message, options.queueArn);
    return { record, bytes: sizeOf(record), until };
  });
}

const sizeOf = ({ body }: SqsRecord): number => Buffer.byteLength(JSON.stringify(body), 'utf8') + RECORD_BYTES;
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
