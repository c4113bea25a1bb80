import { readConfig } from '../../../lib/core/config.ts';
import type { UsedMemory } from '../../commands/memory/used.ts';
import type { QueueDeclaration } from '../../engines/sqs/ensure-queues.ts';
import { allOrNone } from './all-or-none.ts';
import { chooseDatabases, type DatabaseOptions, type Databases } from './databases.ts';
import { startHere } from './embedded/here.ts';
import { embeddedSqs, namedSqs, type SqsEngine } from './sqs.ts';

/** SQS_ENDPOINT in `env` names an SQS, in mode `found` alone. */
export interface EngineOptions extends DatabaseOptions {
  queues?: readonly QueueDeclaration[];
  region?: string;
}

export interface Engines extends Databases {
  sqs: Omit<SqsEngine, 'stop'>;
  /** What embedded engines use that have a process of their own, by `mongo`, `redis` and `sqs`. */
  memory(): Promise<Record<string, UsedMemory>>;
}

/**
 * Decides what answers for MongoDB, Redis and SQS, and starts it.
 * @throws EngineError for a named server that does not answer or is too old, ConfigError for a malformed address
 */
export async function chooseEngines(options: EngineOptions): Promise<Engines> {
  const { mode, env = process.env, queues = [], region = 'us-east-1', startEmbedded = startHere } = options;
  // A malformed address is told before anything is started.
  const endpoint = mode === 'found' && env.SQS_ENDPOINT ? readConfig(['SQS_ENDPOINT'], env).SQS_ENDPOINT : undefined;
  const startSqs = async () =>
    endpoint !== undefined ? namedSqs(endpoint, region, queues) : embeddedSqs(startEmbedded, region, queues);
  const [databases, sqs] = await allOrNone([chooseDatabases(options), startSqs()]);
  const stop = async () => {
    await Promise.all([databases.stop(), sqs.stop()]);
  };
  const { mongo, redis } = databases;
  return { mongo, redis, sqs, stop, memory: () => memoryOf({ mongo, redis, sqs }) };
}

async function memoryOf(engines: Pick<Engines, 'mongo' | 'redis' | 'sqs'>): Promise<Record<string, UsedMemory>> {
  const asked = Object.entries(engines).map(async ([name, { memory }]) => [name, await memory?.()] as const);
  return Object.fromEntries((await Promise.all(asked)).flatMap(([name, used]) => (used ? [[name, used]] : [])));
}
