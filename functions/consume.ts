import type { Context } from 'aws-lambda';
import { RUNS_AT_ONCE } from '../lib/adapters/mongo/client.ts';
import { type Consumer, createConsumer } from '../lib/consume/consume.ts';
import { catalogueOf, loadDefinition } from '../lib/core/catalogue.ts';
import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import { deadLetterSuffix, queueSuffix } from '../lib/core/names.ts';
import type { SqsBatchResponse, SqsRecord } from '../lib/core/sqs-batch.ts';
import { connectConsumer, consumerVariables } from '../lib/wiring/consumer.ts';
import { createLogger } from '../lib/wiring/logger.ts';
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
