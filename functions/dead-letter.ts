import { connectMongo } from '../lib/adapters/mongo/client.ts';
import { mongoFailures } from '../lib/adapters/mongo/failures.ts';
import { connectRedis } from '../lib/adapters/redis/client.ts';
import { redisResults } from '../lib/adapters/redis/results.ts';
import { systemClock } from '../lib/clock.ts';
import {
  mongoOptions,
  mongoVariables,
  readConfig,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
} from '../lib/config.ts';
import { type DeadLetterPorts, recordFailures } from '../lib/dead-letter.ts';
import { createLogger } from '../lib/logger.ts';
import type { SqsBatchResponse, SqsRecord } from '../lib/sqs-batch.ts';

function connect(): DeadLetterPorts {
  const config = readConfig([...mongoVariables, ...redisVariables, ...resultsVariables]);
  const log = createLogger();
  const results = redisResults(connectRedis(redisOptions(config), log), resultsOptions(config));
  return { failures: mongoFailures(connectMongo(mongoOptions(config))), results, clock: systemClock, log };
}

let ports: DeadLetterPorts | undefined;

export const handler = (event: { Records: SqsRecord[] }): Promise<SqsBatchResponse> => {
  ports ??= connect();
  return recordFailures(event.Records, ports);
};
