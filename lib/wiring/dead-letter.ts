import { connectMongo } from '../adapters/mongo/client.ts';
import { mongoFailures } from '../adapters/mongo/failures.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import { redisResults } from '../adapters/redis/results.ts';
import { mongoOptions, redisOptions, resultsOptions } from '../core/config.ts';
import { type DeadLetterPorts, recordFailures } from '../failures/dead-letter.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { deadLetter } from './functions/dead-letter.ts';
import type { ConfigOf } from './functions/declaration.ts';
import type { BatchHandler } from './queue-handler.ts';

/** Makes every dead letter a failure, on the real drivers. Connections are made at first use. */
export function connectDeadLetter(config: ConfigOf<typeof deadLetter>, log: Log): BatchHandler {
  const ports: DeadLetterPorts = {
    failures: mongoFailures(connectMongo(mongoOptions(config))),
    results: redisResults(connectRedis(redisOptions(config), log), resultsOptions(config)),
    clock: systemClock,
    log,
  };
  return (records) => recordFailures(records, ports);
}
