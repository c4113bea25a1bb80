import { membersOf } from './members.ts';

/** A record as Lambda gets it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, SqsAttribute>;
  md5OfBody: string;
  md5OfMessageAttributes?: string;
  eventSource: 'aws:sqs';
  eventSourceARN: string;
  awsRegion: string;
}
interface SqsAttribute {
  stringValue?: string;
  /** Base64. */
  binaryValue?: string;
  stringListValues: string[];
  binaryListValues: string[];
  dataType: string;
}
export interface SqsEvent {
  Records: SqsRecord[];
}

/**
 * A received message as Lambda's record of it.
 * @param message as SQS gives it: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
 */
export function recordOf(message: unknown, queueArn: string): SqsRecord {
  const { MessageId, ReceiptHandle, Body, MD5OfBody, MD5OfMessageAttributes, ...more } = membersOf(message);
  return {
    messageId: textOf(MessageId),
    receiptHandle: textOf(ReceiptHandle),
    body: textOf(Body),
    attributes: mapped(more.Attributes, textOf),
    messageAttributes: mapped(more.MessageAttributes, attributeOf),
    md5OfBody: textOf(MD5OfBody),
    ...(typeof MD5OfMessageAttributes === 'string' && { md5OfMessageAttributes: MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}

function attributeOf(value: unknown): SqsAttribute {
  const { StringValue, BinaryValue, DataType } = membersOf(value);
  return {
    ...(typeof StringValue === 'string' && { stringValue: StringValue }),
    ...(typeof BinaryValue === 'string' && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: typeof DataType === 'string' ? DataType : 'String',
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const mapped = <Value>(members: unknown, make: (member: unknown) => Value): Record<string, Value> =>
  Object.fromEntries(Object.entries(membersOf(members)).map(([name, member]) => [name, make(member)]));
