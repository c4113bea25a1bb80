import { createHash } from 'node:crypto';
import { putBeside } from './beside.ts';
import { attributesOf, idIn, MESSAGE_BYTES, refuseCharacters, sizeOf } from './message-rules.ts';
import type { Queue } from './queue.ts';
import { invalid, missing, Refusal } from './refusal.ts';
import { type Body, entriesIn, forEach, isRecord, numberIn, textIn } from './request.ts';
import type { World } from './world.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html @throws Refusal */
export const sendMessage = (world: World, body: Body, sender: string | undefined) =>
  accept(world, world.queueIn(body), body, sender);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html @throws Refusal */
export function sendMessageBatch(world: World, body: Body, sender: string | undefined) {
  const queue = world.queueIn(body);
  const entries = entriesIn(body);
  const bytes = entries.reduce(
    (sum, { entry }) => sum + sizeOf(String(entry.MessageBody ?? ''), lenient(entry.MessageAttributes)),
    0,
  );
  if (bytes > MESSAGE_BYTES)
    throw new Refusal(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  return forEach(entries, (entry) => accept(world, queue, entry, sender));
}

/** Attributes of an entry for counting; those that are refused are refused with their entry. */
function lenient(value: unknown) {
  try {
    return attributesOf(value);
  } catch {
    return {};
  }
}

function accept(world: World, queue: Queue, body: Body, sender: string | undefined) {
  const { stored } = queue;
  const text = textIn(body, 'MessageBody');
  refuseCharacters(text);
  const attributes = attributesOf(body.MessageAttributes);
  const most = Number(stored.attributes.MaximumMessageSize);
  if (sizeOf(text, attributes) > most)
    throw new Refusal(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    );
  const delay = numberIn(body, 'DelaySeconds', 0, 900);
  const group = idIn(body, 'MessageGroupId');
  const deduplication = stored.isFifo()
    ? ordered(queue, body, text, delay, group)
    : unordered(idIn(body, 'MessageDeduplicationId'));
  const message = world.createMessage(
    text,
    attributes,
    (stored.isFifo() ? undefined : delay) ?? Number(stored.attributes.DelaySeconds),
    group,
    deduplication?.id,
  );
  const trace = isRecord(body.MessageSystemAttributes) ? traceIn(body.MessageSystemAttributes) : undefined;
  putBeside(message, { ...(trace !== undefined && { trace }), ...(sender !== undefined && { sender }) });
  const first = deduplication && queue.deduplication.find(deduplication.key);
  if (!first) {
    if (deduplication) message.sequenceNumber = stored.nextSequenceNumber();
    if (deduplication) queue.deduplication.remember(deduplication.key, message);
    stored.enqueue(message);
  }
  const { messageId, sequenceNumber } = first ?? message;
  return {
    MessageId: messageId,
    MD5OfMessageBody: message.md5OfBody,
    ...(message.md5OfMessageAttributes && { MD5OfMessageAttributes: message.md5OfMessageAttributes }),
    ...(trace !== undefined && {
      MD5OfMessageSystemAttributes: world.createMessage('', {
        AWSTraceHeader: { DataType: 'String', StringValue: trace },
      }).md5OfMessageAttributes,
    }),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
function ordered(queue: Queue, body: Body, text: string, delay: number | undefined, group: string | undefined) {
  const { attributes } = queue.stored;
  if (group === undefined) throw missing('MessageGroupId');
  if (delay) throw invalid(delay, 'DelaySeconds', NOT_THIS_TYPE);
  const given = idIn(body, 'MessageDeduplicationId');
  if (given === undefined && attributes.ContentBasedDeduplication !== 'true')
    throw new Refusal(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  const id = given ?? createHash('sha256').update(text).digest('hex');
  return { id, key: attributes.DeduplicationScope === 'messageGroup' ? JSON.stringify([group, id]) : id };
}

function unordered(id: string | undefined): undefined {
  if (id !== undefined) throw invalid(id, 'MessageDeduplicationId', NOT_THIS_TYPE);
}

const NOT_THIS_TYPE = 'The request include parameter that is not valid for this queue type';

function traceIn(attributes: Body): string | undefined {
  for (const name of Object.keys(attributes))
    if (name !== 'AWSTraceHeader')
      throw new Refusal('InvalidParameterValue', `Message system attribute name '${name}' is invalid.`);
  return attributesOf({ trace: attributes.AWSTraceHeader }).trace?.StringValue;
}
