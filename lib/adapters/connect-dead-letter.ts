import { systemClock } from '../clock.ts';
import {
  type Config,
  mongoOptions,
  mongoVariables,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
} from '../config.ts';
import type { DeadLetterPorts } from '../dead-letter.ts';
import type { Log } from '../ports.ts';
import { connectMongo } from './mongo/client.ts';
import { mongoFailures } from './mongo/failures.ts';
import { connectRedis } from './redis/client.ts';
import { redisResults } from './redis/results.ts';

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
