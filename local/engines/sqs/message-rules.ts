import type { AttributeValue } from './fauxqs.ts';
import { invalid, Refusal } from './refusal.ts';
import { isRecord } from './request.ts';

/** Of one message and of all messages of a batch. */
export const MESSAGE_BYTES = 1_048_576;
const MOST_ATTRIBUTES = 10;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html (MessageBody) */
const REFUSED = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** @throws Refusal InvalidMessageContents */
export function refuseCharacters(text: string): void {
  if (REFUSED.test(text))
    throw new Refusal(
      'InvalidMessageContents',
      'Invalid binary character was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
}

/**
 * Attributes of a message, each with a type and a value.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 * @throws Refusal InvalidParameterValue, InvalidMessageContents
 */
export function attributesOf(value: unknown): Record<string, AttributeValue> {
  if (!isRecord(value)) return {};
  const attributes = Object.entries(value);
  if (attributes.length > MOST_ATTRIBUTES)
    throw new Refusal(
      'InvalidParameterValue',
      `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  return Object.fromEntries(attributes.map(([name, attribute]) => [name, attributeOf(name, attribute)]));
}

function attributeOf(name: string, attribute: unknown): AttributeValue {
  const refuse = (reason: string) => new Refusal('InvalidParameterValue', reason);
  if (!/^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/.test(name) || /^(aws|amazon)\./i.test(name))
    throw refuse(`The message attribute name '${name}' is invalid.`);
  const { DataType, StringValue, BinaryValue } = isRecord(attribute) ? attribute : {};
  if (typeof DataType !== 'string' || !/^(String|Number|Binary)(\..{1,249})?$/.test(DataType))
    throw refuse(`The message attribute '${name}' must contain a valid type: String, Number or Binary.`);
  if (DataType.startsWith('Binary')) {
    if (typeof BinaryValue !== 'string' || BinaryValue === '') throw refuse(emptyValue(name, DataType));
    return { DataType, BinaryValue };
  }
  if (typeof StringValue !== 'string' || StringValue === '') throw refuse(emptyValue(name, DataType));
  if (DataType.startsWith('Number') && !Number.isFinite(Number(StringValue)))
    throw refuse(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  refuseCharacters(StringValue);
  return { DataType, StringValue };
}

const emptyValue = (name: string, type: string): string =>
  `Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`;

/** Bytes that AWS counts: the body and, of each attribute, name, type and value. */
export function sizeOf(body: string, attributes: Readonly<Record<string, AttributeValue>>): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes))
    bytes +=
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue ?? '') +
      Buffer.byteLength(BinaryValue ?? '', 'base64');
  return bytes;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html (MessageGroupId, MessageDeduplicationId) */
export function idIn(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const id = body[name];
  if (id === undefined || id === null) return undefined;
  if (typeof id !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(id))
    throw invalid(id, name, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`);
  return id;
}
