import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { type Caller, callerOf } from '../../../local/stack/caller.ts';
import { launch } from '../../../local/stack/launch.ts';
import { type FaultProxy, startFaultProxy } from '../../../test/support/fault-proxy.ts';
import { childrenOf } from '../../../test/support/processes.ts';
import type { Run } from '../experiment.ts';
import { type ChaosEngines, startEngines } from './engines.ts';

/** The whole path as `npm start` runs it, with a proxy before each dependency. */
export interface ChaosStack {
  caller: Caller;
  engines: ChaosEngines;
  proxies: { mongodb: FaultProxy; redis: FaultProxy; sqs: FaultProxy };
  /** The service's database, past the proxy. */
  db: Db;
  /** Processes that run a function now. @param entry `consume`, `ingest`, … */
  functionsOf(entry: string): number[];
  /** Everything that functions printed so far. */
  logged(): Promise<string>;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Variables of lib/core/config.ts. */
  environment?: Readonly<Record<string, string>>;
  /** Only functions go through the proxy of SQS; mappings, which in AWS are AWS's own, go past it. */
  mappingsPast?: boolean;
  /** A server of this machine and no other. */
  redis?: 'found';
}

/** @throws LaunchError, EngineError */
export async function startChaosStack({ real }: Pick<Run, 'real'>, options: StackOptions = {}): Promise<ChaosStack> {
  const logs = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
  const engines = await startEngines(real, options.redis);
  const [mongodb, redis, sqs] = (await Promise.all(
    [engines.mongoUri, engines.redisUrl, engines.sqsEndpoint].map(startFaultProxy),
  )) as [FaultProxy, FaultProxy, FaultProxy];
  const logFile = join(logs, 'functions.log');
  const database = `chaos-${process.pid}-${Date.now()}`;
  const launched = await launch({
    env: {
      MONGODB_URI: mongodb.url,
      MONGODB_DATABASE: database,
      REDIS_URL: redis.url,
      SQS_ENDPOINT: options.mappingsPast ? engines.sqsEndpoint : sqs.url,
    },
    environment: {
      REDIS_TIMEOUT_MS: '1000',
      ...(options.mappingsPast && { SQS_ENDPOINT: sqs.url }),
      ...options.environment,
    },
    logFile,
  });
  const observer = new MongoClient(engines.mongoUri);
  return {
    caller: callerOf(launched),
    engines,
    proxies: { mongodb, redis, sqs },
    db: observer.db(database),
    functionsOf: (entry) => functionsOf(launched.pid, entry),
    logged: () => readFile(logFile, 'utf8'),
    async stop() {
      await launched.stop();
      await observer.db(database).dropDatabase();
      await observer.close();
      await Promise.all([mongodb, redis, sqs].map((proxy) => proxy.stop()));
      await engines.stop();
      await rm(logs, { recursive: true, force: true });
    },
  };
}

/** Children of the stack by what they were started with: `runtime.ts <file> <export>`. */
const functionsOf = (parent: number, entry: string): number[] =>
  childrenOf(parent).flatMap(({ pid, command }) => (command.includes(`/dist-local/${entry}/`) ? [pid] : []));
