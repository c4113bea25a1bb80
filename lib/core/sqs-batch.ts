/**
 * SQS's record shape, as the event source mapping hands it to a function.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  /** `SentTimestamp`: milliseconds since the epoch. */
  attributes: { ApproximateReceiveCount: string; SentTimestamp: string; MessageGroupId?: string };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting */
export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** How often SQS has handed this message out, this time included. */
export const receiveCount = (record: SqsRecord): number => Number(record.attributes.ApproximateReceiveCount);

/** When SQS took this message, in milliseconds since the epoch: its retention counts from there. */
export const sentAt = (record: SqsRecord): number => Number(record.attributes.SentTimestamp);

export const batchResponse = (returned: readonly SqsRecord[]): SqsBatchResponse => ({
  batchItemFailures: returned.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
