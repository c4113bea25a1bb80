import { besideOf, putBeside } from './beside.ts';
import type { InFlight, StoredMessage } from './fauxqs.ts';
import type { Queue } from './queue.ts';
import { Refusal } from './refusal.ts';
import { type Body, namesIn, numberIn } from './request.ts';
import { redriveOf, type World } from './world.ts';

const ACCOUNT = '000000000000';

/**
 * Waits, if asked to, until there is a message.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 * @param gone aborted when the client hung up: nothing is handed to it any more
 * @param inFlightMost https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 * @throws Refusal
 */
export async function receiveMessage(world: World, body: Body, gone: AbortSignal, inFlightMost: number) {
  const queue = world.queueIn(body);
  const most = numberIn(body, 'MaxNumberOfMessages', 1, 10) ?? 1;
  const visibility = numberIn(body, 'VisibilityTimeout', 0, 43_200);
  const wait =
    numberIn(body, 'WaitTimeSeconds', 0, 20) ?? Number(queue.stored.attributes.ReceiveMessageWaitTimeSeconds);
  if (body.ReceiveRequestAttemptId !== undefined)
    throw new Refusal('UnsupportedOperation', 'ReceiveRequestAttemptId is not supported.');
  const end = Date.now() + wait * 1000;
  const isOver = () => gone.aborted || world.closing.signal.aborted;
  const take = (): InFlight[] => {
    const free = inFlightMost - queue.stored.inflightMessages.size;
    if (free <= 0 && wait === 0 && !queue.stored.isFifo())
      throw new Refusal('OverLimit', 'The maximum number of in flight messages is reached.');
    if (isOver()) return [];
    return queue.take(
      Math.min(most, Math.max(0, free)),
      visibility ?? Number(queue.stored.attributes.VisibilityTimeout),
      (message) => moveAway(world, queue, message),
    );
  };
  let taken = take();
  if (taken.length === 0 && wait > 0) {
    const over = AbortSignal.any([gone, world.closing.signal]);
    const aborted = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
    for (;;) {
      const remaining = end - Date.now();
      if (taken.length > 0 || remaining <= 0 || isOver()) break;
      await Promise.race([queue.stored.waitForMessages(remaining / 1000), aborted]);
      taken = take();
    }
  }
  const wanted = [...namesIn(body, 'AttributeNames'), ...namesIn(body, 'MessageSystemAttributeNames')];
  const messages = taken.map((held) => received(world, held, wanted, namesIn(body, 'MessageAttributeNames')));
  return messages.length > 0 ? { Messages: messages } : {};
}

/**
 * Moves a message that was received often enough to the dead-letter queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html (a FIFO queue counts its age anew)
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html (deduplication id)
 */
function moveAway(world: World, queue: Queue, message: StoredMessage): boolean {
  const redrive = redriveOf(queue);
  const target =
    redrive && message.approximateReceiveCount >= redrive.maxReceiveCount ? world.byArn(redrive.target) : undefined;
  if (!target) return false;
  const moved = queue.stored.isFifo()
    ? { ...message, sentTimestamp: Date.now(), messageDeduplicationId: message.messageId }
    : message;
  putBeside(moved, { ...besideOf(message), from: queue.stored.arn });
  target.stored.enqueue(moved);
  return true;
}

function received(world: World, { message, receiptHandle }: InFlight, system: string[], names: string[]) {
  const systemAttributes = Object.fromEntries(
    Object.entries(systemAttributesOf(message)).flatMap(([name, value]) =>
      value !== undefined && (system.includes('All') || system.includes(name)) ? [[name, String(value)]] : [],
    ),
  );
  const all = Object.entries(message.messageAttributes);
  const asked = all.filter(([name]) => names.some((wanted) => matches(name, wanted)));
  const attributes = Object.fromEntries(asked);
  const digest =
    asked.length === all.length
      ? message.md5OfMessageAttributes
      : world.createMessage('', attributes).md5OfMessageAttributes;
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(Object.keys(systemAttributes).length > 0 && { Attributes: systemAttributes }),
    ...(digest && { MD5OfMessageAttributes: digest, MessageAttributes: attributes }),
  };
}

const systemAttributesOf = (message: StoredMessage): Record<string, string | number | undefined> => ({
  SenderId: besideOf(message).sender ?? ACCOUNT,
  SentTimestamp: message.sentTimestamp,
  ApproximateReceiveCount: message.approximateReceiveCount,
  ApproximateFirstReceiveTimestamp: message.approximateFirstReceiveTimestamp,
  MessageGroupId: message.messageGroupId,
  MessageDeduplicationId: message.messageDeduplicationId,
  SequenceNumber: message.sequenceNumber,
  AWSTraceHeader: besideOf(message).trace,
  DeadLetterQueueSourceArn: besideOf(message).from,
});

const matches = (name: string, wanted: string): boolean =>
  wanted === 'All' || wanted === name || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2)));
