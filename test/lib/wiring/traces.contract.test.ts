import { randomBytes } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { setupDatabase } from '../../../lib/adapters/mongo/set-up.ts';
import type { SqsRecord } from '../../../lib/core/sqs-batch.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { connectConsume } from '../../../lib/wiring/consume.ts';
import { consume } from '../../../lib/wiring/functions/consume.ts';
import { ingest } from '../../../lib/wiring/functions/ingest.ts';
import { httpHandler } from '../../../lib/wiring/http-handler.ts';
import { connectIngest } from '../../../lib/wiring/ingest.ts';
import { queueHandler } from '../../../lib/wiring/queue-handler.ts';
import { gatewayEvent, keyOf } from '../../support/api-gateway.ts';
import { definitionOf } from '../../support/definitions.ts';
import { type TestEngines, testEngines } from '../../support/engines.ts';
import { type RegisteredSdk, registerSdk } from '../../support/registered-sdk.ts';

const SERVICE = `tra${randomBytes(4).toString('hex')}`;
const TYPE = 'parcel.sent';
const QUEUE = `${SERVICE}-dev-parcel-sent`;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 60_000 } as Context;

let engines: TestEngines;
let mongo: MongoClient;
let sqs: SQSClient;
let sdk: RegisteredSdk;
beforeAll(async () => {
  engines = await testEngines();
  mongo = new MongoClient(engines.mongoUri);
  await setupDatabase(mongo.db(`${SERVICE}_dev`), {});
  for (const [name, value] of Object.entries({
    ...{ SERVICE, STAGE: 'dev', EVENT_TYPE: TYPE, EVENT_TYPES: TYPE, WITHOUT_TLS: 'mongodb,redis' },
    ...{ MONGODB_URI: engines.mongoUri, REDIS_URL: engines.redisUrl, SQS_ENDPOINT: engines.sqsEndpoint },
    ...{ MONGODB_TIMEOUT_MS: '20000', REDIS_TIMEOUT_MS: '20000', POWERTOOLS_LOG_LEVEL: 'SILENT' },
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' },
  }))
    vi.stubEnv(name, value);
  sqs = new SQSClient({ endpoint: engines.sqsEndpoint });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE }));
  vi.stubEnv('QUEUE_URL_PREFIX', QueueUrl.slice(0, -'parcel-sent'.length));
  sdk = registerSdk();
});
afterAll(async () => {
  await sdk.end();
  vi.unstubAllEnvs();
  await mongo.db(`${SERVICE}_dev`).dropDatabase();
  await mongo.close();
  await engines.stop();
});

/** What SQS holds, as the event source mapping hands it over. */
async function received(): Promise<SqsRecord[]> {
  const QueueUrl = `${process.env.QUEUE_URL_PREFIX}parcel-sent`;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageSystemAttributeNames: ['All'] }),
  );
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => ({
    ...{ messageId: MessageId, receiptHandle: ReceiptHandle, body: Body },
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${QUEUE}`,
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: Attributes.SentTimestamp ?? '0' },
  }));
}

test('a trace goes from a client through ingest, queue and consumer to whom its handler calls', async () => {
  const calls: (string | undefined)[] = [];
  const definition = defineEvent({
    ...definitionOf(TYPE),
    handle: async (_, { traceparent }) => void calls.push(traceparent),
  });
  const load = async () => ({ default: definition });
  const asked = gatewayEvent({
    headers: {
      ...{ 'content-type': 'application/json', 'idempotency-key': 'secret-id' },
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    },
    body: JSON.stringify({ type: TYPE, data: { name: 'secret-name' } }),
    ...keyOf('secret-tenant', 'events:write'),
  });
  expect(await httpHandler(ingest, connectIngest(load))(asked, context)).toMatchObject({ statusCode: 202 });
  const Records = await received();
  expect(await queueHandler(consume, connectConsume(load))({ Records }, context)).toEqual({ batchItemFailures: [] });

  // Nobody but the functions has flushed.
  const spans = sdk.spans();
  const [create, send, run] = spans;
  expect(spans.map(({ name }) => name)).toEqual([`create ${QUEUE}`, `send ${QUEUE}`, `process ${QUEUE}`]);
  expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  expect(spans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
    'b7ad6b7169203331',
    create?.spanContext().spanId,
    create?.spanContext().spanId,
  ]);
  for (const span of [send, run])
    expect(span?.links.map((link) => link.context.spanId)).toEqual([create?.spanContext().spanId]);
  expect(run?.attributes).toMatchObject({
    'messaging.message.id': Records[0]?.messageId,
    'sluice.outcome': 'succeeded',
  });
  expect(calls).toEqual([`00-${traceId}-${run?.spanContext().spanId}-01`]);
  const told = spans.map(({ name, attributes, resource, events }) => ({ name, attributes, resource, events }));
  expect(JSON.stringify(told)).not.toContain('secret');
});
