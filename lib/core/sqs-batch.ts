/**
 * SQS's record shape, as the event source mapping hands it to a function.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: { ApproximateReceiveCount: string; MessageGroupId?: string };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting */
export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** How often SQS has handed this message out, this time included. */
export const receiveCount = (record: SqsRecord): number => Number(record.attributes.ApproximateReceiveCount);

export const batchResponse = (returned: readonly SqsRecord[]): SqsBatchResponse => ({
  batchItemFailures: returned.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
