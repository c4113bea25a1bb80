import { databaseOf } from '../../lib/core/adapter-options.ts';
import type { LocalCallers } from '../../lib/core/local-runtime.ts';
import type { Backend } from './backend.ts';
import type { Engines } from './engines/engines.ts';
import type { MongoEnvironment } from './environment.ts';
import type { Inspectors } from './inspectors.ts';
import type { Addresses } from './launch.ts';
import type { Answer, Question } from './questions.ts';
import type { Reaper } from './reaper.ts';
import { type LocalService, queueNamePrefixOf } from './service.ts';

/** All that runs, once it does. */
export interface Running {
  service: LocalService;
  engines: Engines;
  backend: Backend;
  reaper: Reaper;
  /** Of its functions, and of what is done for them. */
  mongo: MongoEnvironment;
  inspectors: Inspectors | undefined;
  callers: LocalCallers;
  /** One that opens everything, where callers need one. */
  key?: string;
}

/** @param api `http://127.0.0.1:3000` */
export const addressesOf = (
  { service, engines, mongo, key }: Pick<Running, 'service' | 'engines' | 'mongo' | 'key'>,
  api: string,
): Addresses => ({
  api,
  mongoUri: engines.mongo.uri,
  redisUrl: engines.redis.url,
  sqsEndpoint: engines.sqs.endpoint,
  queueUrlPrefix: `${engines.sqs.queueUrlPrefix}${queueNamePrefixOf(service)}`,
  service: service.name,
  stage: service.stage,
  database: databaseOf(mongo),
  ...(key !== undefined && { key }),
});

/** Does what it is asked for. @param running absent: nothing runs yet, or any more */
export async function answerTo(question: Question, running: Partial<Running> = {}): Promise<Answer> {
  const { backend, engines } = running;
  if (question.ask === 'kill') {
    const bodies = await backend?.killConsumer(question.type, question.afterMs, question.withinMs);
    return { kind: 'kill', bodies: bodies ?? null };
  }
  if (question.ask === 'outage') {
    await engines?.mongo.away?.(question.ms);
    return { kind: 'outage', shown: engines?.mongo.away !== undefined };
  }
  const { usedMemory } = await import('../commands/memory/used.ts');
  const processes = { main: usedMemory(), ...(await engines?.memory()), ...(await backend?.memory()) };
  return { kind: 'memory', processes };
}
