import type { Context } from 'aws-lambda';
import { connectConsumer, consumerVariables } from '../lib/adapters/connect-consumer.ts';
import { RUNS_AT_ONCE } from '../lib/adapters/mongo/client.ts';
import { catalogueOf, loadDefinition } from '../lib/catalogue.ts';
import { readConfig } from '../lib/config.ts';
import { type Consumer, createConsumer } from '../lib/consume.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';
import { deadLetterSuffix, queueSuffix } from '../lib/names.ts';
import type { SqsBatchResponse, SqsRecord } from '../lib/sqs-batch.ts';
import { loadEvent } from './load-event.ts';

const consumer = lazy(async (): Promise<Consumer> => {
  const config = readConfig([...consumerVariables, 'EVENT_TYPE', 'QUEUE_URL_PREFIX']);
  const { QUEUE_URL_PREFIX: prefix, EVENT_TYPE: type } = config;
  const definition = await loadDefinition(type, loadEvent);
  const [entry] = catalogueOf([definition]).entries;
  const ordered = definition.orderedBy !== undefined;
  const urls = { queueUrl: prefix + queueSuffix(type, ordered), deadLetterUrl: prefix + deadLetterSuffix(ordered) };
  return createConsumer(
    { definition, schemaHash: entry?.schemaHash ?? '', ...urls, runsAtOnce: RUNS_AT_ONCE },
    connectConsumer(config, createLogger()),
  );
});

export const handler = async (event: { Records: SqsRecord[] }, context: Context): Promise<SqsBatchResponse> => {
  const consume = await consumer();
  return consume(event.Records, () => context.getRemainingTimeInMillis());
};
