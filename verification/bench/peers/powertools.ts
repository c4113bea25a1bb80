import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { parser } from '@aws-lambda-powertools/batch/parser';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { CachePersistenceLayer } from '@aws-lambda-powertools/idempotency/cache';
import { createClient } from '@redis/client';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { recordOf } from '../arms/consumer.ts';
import type { Open } from '../arms/opened.ts';
import { handlerOf } from './handlers.ts';
import { schemaOf } from './schemas.ts';
import { envelope, openStores, type PeerEvent } from './stores.ts';

/**
 * A consumer with the batch, parser and idempotency utilities of Powertools, as their documents put them together: at least once, a
 * document's own unique index apart. https://docs.aws.amazon.com/powertools/typescript/latest/features/batch/ and
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/idempotency/
 */
export const open: Open = async (order) => {
  const stores = await openStores(order);
  const handle = handlerOf(order.type);
  const client = await createClient({ url: order.redisUrl }).connect();
  const config = new IdempotencyConfig({ eventKeyJmesPath: 'id' });
  const handleOnce = makeIdempotent((event: PeerEvent) => handle(stores, event), {
    persistenceStore: new CachePersistenceLayer({ client }),
    config,
  });
  const processor = new BatchProcessor(EventType.SQS, {
    parser,
    innerSchema: envelope.extend({ data: await schemaOf(order.type) }),
    transformer: 'json',
  });
  const handler = (event: SQSEvent, context: Context) => {
    config.registerLambdaContext(context);
    return processPartialResponse(
      event,
      // The parser has put what it read in the place of the text.
      async (record: Omit<SQSRecord, 'body'> & { body: PeerEvent }) => void (await handleOnce(record.body)),
      processor,
      { context },
    );
  };
  let batches: SQSEvent[] = [];
  return {
    async prepare(work) {
      batches = work.map((texts) => ({ Records: texts.map(sqsRecordOf) }));
    },
    async turn() {
      let settled = 0;
      for (const event of batches.splice(0)) {
        const { batchItemFailures } = await handler(event, lambdaContext);
        settled += event.Records.length - batchItemFailures.length;
      }
      return settled;
    },
  };
};

/** All that the schema of Powertools asks of a record. */
const sqsRecordOf = (text: string): SQSRecord => {
  const { attributes, ...record } = recordOf(text);
  return {
    ...record,
    attributes: {
      ApproximateReceiveCount: attributes.ApproximateReceiveCount,
      SentTimestamp: attributes.SentTimestamp,
      SenderId: 'bench',
      ApproximateFirstReceiveTimestamp: attributes.SentTimestamp,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:bench',
    awsRegion: 'us-east-1',
  };
};

const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  memoryLimitInMB: '1024',
  awsRequestId: 'bench',
  logGroupName: 'bench',
  logStreamName: 'bench',
  getRemainingTimeInMillis: () => 40_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};
