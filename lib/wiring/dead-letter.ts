import { type DeadLetterPorts, recordFailures } from '../failures/dead-letter.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { deadLetter } from './functions/dead-letter.ts';
import type { ConfigOf } from './functions/declaration.ts';
import { connectMongo, failuresOn } from './mongo.ts';
import type { BatchHandler } from './queue-handler.ts';
import { connectRedis, resultsOn } from './redis.ts';

/** Makes every dead letter a failure, on the real drivers. Connections are made at first use. */
export function connectDeadLetter(config: ConfigOf<typeof deadLetter>, log: Log): BatchHandler {
  const ports: DeadLetterPorts = {
    failures: failuresOn(connectMongo(config)),
    results: resultsOn(connectRedis(config, log), config),
    clock: systemClock,
    log,
  };
  return (records) => recordFailures(records, ports);
}
