import type { Queue } from './queue.ts';
import { invalid, missing, Refusal } from './refusal.ts';
import { type Body, entriesIn, forEach, numberIn, textIn } from './request.ts';
import type { World } from './world.ts';

/** Most time that a message stays invisible since it was received. */
const MOST_INVISIBLE_SECONDS = 43_200;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html @throws Refusal */
export const deleteMessage = (world: World, body: Body) => drop(world.queueIn(body), body);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html @throws Refusal */
export function deleteMessageBatch(world: World, body: Body) {
  const queue = world.queueIn(body);
  return forEach(entriesIn(body), (entry) => drop(queue, entry));
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html @throws Refusal */
export const changeMessageVisibility = (world: World, body: Body) => change(world.queueIn(body), body);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html @throws Refusal */
export function changeMessageVisibilityBatch(world: World, body: Body) {
  const queue = world.queueIn(body);
  return forEach(entriesIn(body), (entry) => change(queue, entry));
}

function drop(queue: Queue, body: Body): Record<string, never> {
  const handle = handleIn(body);
  // Of a FIFO queue only what is in flight: its group may have gone on without it.
  if (queue.stored.isFifo() && queue.hasLapsed(handle))
    throw invalid(handle, 'ReceiptHandle', 'The receipt handle has expired.');
  queue.delete(handle);
  return {};
}

function change(queue: Queue, body: Body): Record<string, never> {
  const handle = handleIn(body);
  const seconds = numberIn(body, 'VisibilityTimeout', 0, MOST_INVISIBLE_SECONDS);
  if (seconds === undefined) throw missing('VisibilityTimeout');
  const held = queue.inFlight(handle);
  if (!held) {
    if (queue.hasLapsed(handle)) throw new Refusal('MessageNotInflight', "The specified message isn't in flight.");
    throw invalid(handle, 'ReceiptHandle', 'Message does not exist or is not available for visibility timeout change.');
  }
  if (queue.heldFor(held) / 1000 + seconds > MOST_INVISIBLE_SECONDS)
    throw invalid(
      seconds,
      'VisibilityTimeout',
      `Total VisibilityTimeout for the message is beyond the limit [${MOST_INVISIBLE_SECONDS} seconds]`,
    );
  queue.changeVisibility(held, seconds);
  return {};
}

/** @throws Refusal ReceiptHandleIsInvalid: it is none of this SQS */
function handleIn(body: Body): string {
  const handle = textIn(body, 'ReceiptHandle');
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(handle))
    throw new Refusal('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  return handle;
}
