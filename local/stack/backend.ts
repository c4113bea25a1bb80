import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import type { LocalCallers } from '../../lib/core/local-runtime.ts';
import { consumerName } from '../../lib/core/names.ts';
import type { Log } from '../../lib/sdk/log.ts';
import { systemClock } from '../../lib/wiring/clock.ts';
import { authorizer } from '../../lib/wiring/functions/authorizer.ts';
import type { UsedMemory } from '../commands/memory/used.ts';
import type { Engines } from './engines/engines.ts';
import { resolveEnvironment } from './environment.ts';
import { type FunctionPool, startPool } from './function-process/pool.ts';
import type { Inspectors } from './inspectors.ts';
import { type Mapping, startMapping } from './mapping/mapping.ts';
import type { SqsEvent } from './mapping/record.ts';
import { sqsCalls } from './mapping/sqs-calls.ts';
import { type LocalFunction, type LocalService, queueArnOf, queueNamePrefixOf } from './service.ts';
import type { LocalSettings } from './settings.ts';

export interface BackendOptions {
  service: LocalService;
  engines: Engines;
  /** Absolute path of the project. */
  folder: string;
  /** Variables of lib/core/config.ts that every function gets, over what is deployed. */
  overrides: Readonly<Record<string, string>>;
  /** Settings of event types, by the key of the function that has them. */
  settings: LocalSettings['environments'];
  callers: LocalCallers;
  /** One line that a function wrote. @param isFault on its standard error */
  output(functionKey: string, line: string, isFault: boolean): void;
  log: Log;
  watch(pid: number): () => void;
  /** Where debuggers find functions: then each has one process, which is started at once, and as much time as a person needs. */
  inspectors?: Inspectors | undefined;
}

export interface Backend {
  /** By `POST /events`: what invokes the function of that route. */
  routes: ReadonlyMap<string, (event: APIGatewayProxyEventV2) => Promise<unknown>>;
  /** Invokes the authorizer. @throws Error where the service has none */
  authorize(event: APIGatewayRequestAuthorizerEventV2): Promise<unknown>;
  /** Starts the functions that are asked first, the authorizer where callers need a key and the one that takes events in; to be inspected, all of them. */
  warm(): void;
  /** Ends the processes that have nothing to do, but for those of warm(), and starts taking messages off the queues. */
  open(): void;
  /** Gives these functions new processes, which load what is built now; invocations under way end in the old ones. */
  replace(keys: readonly string[]): void;
  /** What the processes of each function use that has any, by its key. */
  memory(): Promise<Record<string, UsedMemory>>;
  /**
   * Kills the process of an event type's consumer that has its next batch, `afterMs` after it got it.
   * @returns the bodies of that batch; undefined when none came `withinMs`, or it was answered before
   */
  killConsumer(type: string, afterMs: number, withinMs: number): Promise<string[] | undefined>;
  /** Takes no more messages, lets invocations end for `ms`, then ends every process. */
  stop(ms: number): Promise<void>;
}

/** Requests wait for each other far more than they compute, so that one process serves them all. */
const REQUESTS_AT_A_TIME = 1000;
/** Consumers at a time per event type: as many as there are cores to run them, and never one alone. */
const CONSUMERS = Math.max(2, availableParallelism());

/** A day, for whoever looks at a paused function. */
const INSPECTED_SECONDS = 86_400;

/** Lambda, too, ends an environment that nobody asks: after some minutes there, where memory is somebody else's. */
const IDLE_MS = 60_000;

/** The functions of the service in processes of their own, and the mappings from its queues to them. */
export function startBackend(options: BackendOptions): Backend {
  const { service, engines, log } = options;
  const sqs = sqsCalls(engines.sqs.endpoint, service.region);
  const pools = new Map(service.functions.map((one) => [one, poolOf(one, options)]));
  const mappings: Mapping[] = [];
  return {
    routes: new Map(
      [...pools].flatMap(([{ routes }, pool]) =>
        routes.map((route) => [route, (event: APIGatewayProxyEventV2) => pool.invoke(event)] as const),
      ),
    ),
    async authorize(event) {
      const [, pool] = [...pools].find(([one]) => isAuthorizer(one)) ?? [];
      if (!pool) throw new Error('the service has no authorizer');
      return pool.invoke(event);
    },
    warm() {
      const first = [...pools].filter(([one]) => isKept(one, options)).map(([, pool]) => pool);
      // Whoever is asked for its memory collects its garbage, and what loading has left is more than the function.
      void warmed(first).then(() => Promise.all(first.map((pool) => pool.memory())));
    },
    open() {
      // What said that it is healthy, for one.
      for (const [one, pool] of pools) if (!isKept(one, options)) pool.rest();
      for (const [one, pool] of pools)
        for (const declared of one.mappings)
          mappings.push(
            startMapping({
              ...declared,
              sqs,
              clock: systemClock,
              log,
              queueUrl: `${engines.sqs.queueUrlPrefix}${declared.queueName}`,
              queueArn: queueArnOf(service.region, declared.queueName),
              concurrency: Math.min(declared.concurrency, CONSUMERS),
              timeoutSeconds: one.timeoutSeconds,
              invoke: pool.invoke,
              // Not while a build writes it.
              exists: () =>
                access(fileOf(one, options.folder)).then(
                  () => true,
                  () => false,
                ),
            }),
          );
    },
    replace(keys) {
      const replaced = [...pools].filter(([{ key }]) => keys.includes(key)).filter(([, pool]) => pool.replace());
      void warmed(replaced.map(([, pool]) => pool));
    },
    async memory() {
      const asked = [...pools].map(async ([{ key }, pool]) => [key, await pool.memory()] as const);
      return Object.fromEntries((await Promise.all(asked)).flatMap(([key, used]) => (used ? [[key, used]] : [])));
    },
    async killConsumer(type, afterMs, withinMs) {
      const [, pool] = [...pools].find(([{ key }]) => key === consumerName(type)) ?? [];
      const killedWith = await pool?.killNext(afterMs, withinMs);
      // Mappings alone invoke a consumer.
      return killedWith === undefined ? undefined : (killedWith as SqsEvent).Records.map(({ body }) => body);
    },
    async stop(ms) {
      const stopped = Promise.all(mappings.map((mapping) => mapping.stop()));
      await Promise.race([stopped, systemClock.sleep(ms, undefined)]);
      await Promise.all([...pools.values()].map((pool) => pool.end()));
      sqs.close();
    },
  };
}

/** One after another: what is asked for meanwhile starts at once, on a core that is free. */
async function warmed(pools: readonly FunctionPool[]): Promise<void> {
  for (const pool of pools) await pool.warm();
}

/** `dist/ingest/index.handler` -> dist/ingest/index.mjs */
const fileOf = ({ handler }: LocalFunction, folder: string): string =>
  join(folder, `${handler.slice(0, handler.lastIndexOf('.'))}.mjs`);

const isAuthorizer = ({ key }: LocalFunction): boolean => key === authorizer.name;

/** Whether it has a process from the beginning to the end, whoever asks it. */
const isKept = (one: LocalFunction, { inspectors, callers }: Pick<BackendOptions, 'inspectors' | 'callers'>): boolean =>
  inspectors !== undefined || one.routes.includes('POST /events') || (isAuthorizer(one) && callers === 'need a key');

function poolOf(one: LocalFunction, options: BackendOptions): FunctionPool {
  const { service, engines, folder, overrides, settings, callers, output, watch, inspectors } = options;
  const inspectPort = inspectors?.get(one.key);
  const serves = one.routes.length > 0 || isAuthorizer(one);
  return startPool(
    {
      name: one.name,
      file: fileOf(one, folder),
      exportName: one.handler.slice(one.handler.lastIndexOf('.') + 1),
      timeoutSeconds: inspectPort === undefined ? one.timeoutSeconds : INSPECTED_SECONDS,
      memoryMb: one.memoryMb,
      region: service.region,
      callers,
      environment: {
        ...resolveEnvironment(one.environment, engines, queueNamePrefixOf(service), overrides),
        ...settings[one.key],
      },
    },
    {
      processes: serves || inspectPort !== undefined ? 1 : CONSUMERS * Math.max(1, one.mappings.length),
      inspectPort,
      invocationsEach: serves ? REQUESTS_AT_A_TIME : 1,
      idleMs: isKept(one, options) ? undefined : IDLE_MS,
      output: (line, isFault) => output(one.key, line, isFault),
      watch,
    },
  );
}
