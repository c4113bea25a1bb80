import { connectMongo } from '../adapters/mongo/client.ts';
import { mongoFailures } from '../adapters/mongo/failures.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import { redisResults } from '../adapters/redis/results.ts';
import {
  type Config,
  mongoOptions,
  mongoVariables,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
} from '../core/config.ts';
import type { DeadLetterPorts } from '../failures/dead-letter.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';

export const deadLetterVariables = [...mongoVariables, ...redisVariables, ...resultsVariables] as const;

/** The ports of the dead-letter function on the real drivers. Connections are made at first use. */
export function connectDeadLetter(config: Config<(typeof deadLetterVariables)[number]>, log: Log): DeadLetterPorts {
  return {
    failures: mongoFailures(connectMongo(mongoOptions(config))),
    results: redisResults(connectRedis(redisOptions(config), log), resultsOptions(config)),
    clock: systemClock,
    log,
  };
}
