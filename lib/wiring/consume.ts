import { randomUUID } from 'node:crypto';
import { createConsumer } from '../consume/consume.ts';
import type { ConsumePorts } from '../consume/ports.ts';
import { createSettings } from '../consume/settings.ts';
import { createSetup } from '../consume/setup.ts';
import { catalogueOf, type LoadEvent, loadDefinition } from '../core/catalogue.ts';
import { readSettings } from '../core/config.ts';
import { deadLetterSuffix, queueSuffix } from '../core/names.ts';
import { RUNS_AT_ONCE } from '../core/runs-at-once.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Log } from '../sdk/log.ts';
import { secretNames } from '../sdk/settings.ts';
import { systemClock } from './clock.ts';
import { keepFramesOfFetch } from './fetch-frames.ts';
import type { consume } from './functions/consume.ts';
import type { ConfigOf } from './functions/declaration.ts';
import { connectMongo, missingSetupOf, mongoPingOf, recordsOn } from './mongo.ts';
import type { BatchHandler } from './queue-handler.ts';
import { connectRedis, projectionsOn, redisPingOf, resultsOn } from './redis.ts';
import { remedyIn, secretsOn } from './secrets.ts';
import { connectSqs, publisherOn, queueControlOn } from './sqs.ts';
import { sayStrayExceptions } from './stray-exceptions.ts';
import { surviveStrayRejections } from './stray-rejections.ts';

/** The consumer of one event type on the real drivers. Connections are made at first use. */
export const connectConsume =
  (load: LoadEvent) =>
  async (config: ConfigOf<typeof consume>, log: Log, metrics: Metrics, tracing?: Tracing): Promise<BatchHandler> => {
    const { QUEUE_URL_PREFIX: prefix, EVENT_TYPE: type } = config;
    surviveStrayRejections(process, log);
    sayStrayExceptions(process, log);
    keepFramesOfFetch();
    const { definition, build } = await loadDefinition(type, load);
    const [entry] = catalogueOf([definition]).entries;
    const ordered = definition.orderedBy !== undefined;
    const urls = { queueUrl: prefix + queueSuffix(type, ordered), deadLetterUrl: prefix + deadLetterSuffix(ordered) };
    return createConsumer(
      { definition, schemaHash: entry?.schemaHash ?? '', build, ...urls, runsAtOnce: RUNS_AT_ONCE },
      { ...consumePorts(definition, config, log), metrics, tracing },
    );
  };

function consumePorts(
  definition: EventDefinition,
  config: ConfigOf<typeof consume>,
  log: Log,
): Omit<ConsumePorts, 'metrics' | 'tracing'> {
  const given = readSettings(Object.keys(definition.env));
  const mongo = connectMongo(config);
  const redis = connectRedis(config, log);
  const sqs = connectSqs(config);
  return {
    records: recordsOn(mongo, config),
    results: resultsOn(redis, config),
    projections: projectionsOn(redis),
    publisher: publisherOn(sqs),
    queue: queueControlOn(sqs),
    setup: createSetup(definition, missingSetupOf(mongo, definition.collections)),
    settings: createSettings(definition, {
      given,
      secrets: secretsOn(config, given),
      remedy: remedyIn(config, secretNames(definition.env), given),
      refreshing: {
        clock: systemClock,
        random: Math.random,
        failed: (error) => log.warn('secrets could not be read again', { type: definition.type, error }),
      },
    }),
    ping: { mongodb: mongoPingOf(mongo), redis: redisPingOf(redis) },
    clock: systemClock,
    random: Math.random,
    newRun: () => randomUUID(),
    log,
  };
}
