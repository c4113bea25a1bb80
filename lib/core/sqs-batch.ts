/**
 * SQS's record shape, as the event source mapping hands it to a function.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  /** The ARN of the queue that it was on. */
  eventSourceARN?: string;
  body: string;
  attributes: {
    ApproximateReceiveCount: string;
    /** Milliseconds since the epoch. */
    SentTimestamp: string;
    MessageGroupId?: string;
    /** Whose request it was; a message that SQS moved to a dead-letter queue keeps its own. */
    SenderId?: string;
    /** Of the queue from which SQS moved it. */
    DeadLetterQueueSourceArn?: string;
  };
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
