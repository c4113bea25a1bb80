import { ConfigError } from '../core/errors.ts';
import { type DeadLetterPorts, recordFailures } from '../failures/dead-letter.ts';
import { anySender, type Believes, sendersOf } from '../failures/senders.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { deadLetter } from './functions/dead-letter.ts';
import type { ConfigOf } from './functions/declaration.ts';
import { connectMongo, failuresOn } from './mongo.ts';
import type { BatchHandler } from './queue-handler.ts';
import { connectRedis, resultsOn } from './redis.ts';

/**
 * Makes every dead letter a failure, on the real drivers. Connections are made at first use.
 * @throws ConfigError where a stage that is not local would believe everybody
 */
export function connectDeadLetter(
  config: ConfigOf<typeof deadLetter>,
  log: Log,
  metrics: Metrics,
  tracing?: Tracing,
): BatchHandler {
  const ports: DeadLetterPorts = {
    believes: believesIn(config),
    failures: failuresOn(connectMongo(config)),
    results: resultsOn(connectRedis(config, log), config),
    clock: systemClock,
    log,
    metrics,
    tracing,
  };
  return (records) => recordFailures(records, ports);
}

function believesIn({ SERVICE, STAGE, LETTER_SENDERS }: ConfigOf<typeof deadLetter>): Believes {
  if (LETTER_SENDERS === 'checked') return sendersOf(`${SERVICE}-${STAGE}-`);
  if (STAGE === 'local') return anySender;
  throw new ConfigError('LETTER_SENDERS is any, which is for stage local alone: leave it out');
}
