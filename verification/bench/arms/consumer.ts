import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { SqsBatchResponse, SqsRecord } from '../../../lib/core/sqs-batch.ts';
import type { Open } from './opened.ts';

/** Longer than any batch takes, as a function's timeout is. */
const REMAINING_MS = 40_000;

const lambdaContext = () => ({ awsRequestId: randomUUID(), getRemainingTimeInMillis: () => REMAINING_MS });

/** A text of a queue as the event source mapping hands it over the first time. */
export const recordOf = (body: string): SqsRecord => ({
  messageId: randomUUID(),
  receiptHandle: randomUUID(),
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
});

/** Runs the handler of a bundle, as the mapping does: one batch at a time. What it returns is not settled, and does not come again. */
export const open: Open = async ({ file }) => {
  if (file === undefined) throw new Error('a consumer has a module');
  const { handler } = (await import(pathToFileURL(file).href)) as {
    handler(event: { Records: SqsRecord[] }, context: object): Promise<SqsBatchResponse>;
  };
  let batches: SqsRecord[][] = [];
  return {
    async prepare(work) {
      batches = work.map((bodies) => bodies.map(recordOf));
    },
    async turn() {
      let settled = 0;
      for (const records of batches.splice(0)) {
        const { batchItemFailures } = await handler({ Records: records }, lambdaContext());
        settled += records.length - batchItemFailures.length;
      }
      return settled;
    },
  };
};
