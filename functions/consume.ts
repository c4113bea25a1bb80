import type { Context } from 'aws-lambda';
import { connectConsumer, consumerVariables } from '../lib/adapters/connect-consumer.ts';
import { RUNS_AT_ONCE } from '../lib/adapters/mongo/client.ts';
import { catalogueOf, loadDefinition } from '../lib/catalogue.ts';
import { readConfig } from '../lib/config.ts';
import { type Consumer, createConsumer } from '../lib/consume.ts';
import { createLogger } from '../lib/logger.ts';
import { deadLetterSuffix, queueSuffix } from '../lib/names.ts';
import type { SqsBatchResponse, SqsRecord } from '../lib/sqs-batch.ts';
import { loadEvent } from './load-event.ts';

async function connect(): Promise<Consumer> {
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
}

let consumer: Promise<Consumer> | undefined;

export const handler = async (event: { Records: SqsRecord[] }, context: Context): Promise<SqsBatchResponse> => {
  consumer ??= connect();
  return (await consumer)(event.Records, () => context.getRemainingTimeInMillis());
};
