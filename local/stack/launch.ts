import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { UsedMemory } from '../commands/memory/used.ts';
import { type Terminal, terminalVariables } from '../terminal/terminal.ts';
import { cacheFolder } from './cache-folder.ts';
import { portInUse, START } from './check-port.ts';
import { freePort } from './engines/program.ts';
import { HEAP_OPTIONS } from './heap-options.ts';
import { faultIn } from './printed-fault.ts';
import { type Answer, ask } from './questions.ts';

export interface Addresses {
  /** `http://127.0.0.1:3000` */
  api: string;
  mongoUri: string;
  redisUrl: string;
  sqsEndpoint: string;
  /** Queue URL up to `<service>-<stage>-`. */
  queueUrlPrefix: string;
  service: string;
  stage: string;
  /** Of MongoDB: that of the stage, unless another is named. */
  database: string;
  /** An operator's, where callers need one. */
  key?: string;
}

/** What the plugin says to whoever launched it. */
export type LaunchMessage =
  | ({ kind: 'ready'; banner: string } & Addresses)
  | { kind: 'line'; line: string }
  /** It ends, because of something that a person can mend. */
  | { kind: 'fault'; line: string }
  | Answer;

export interface LaunchOptions {
  /** 0 or absent: a free one. */
  port?: number | undefined;
  /** Chooses the free one. Another program may take it before the stack does; then it is asked again. */
  freePort?(): Promise<number>;
  /** Over this process's own: engines' addresses, PATH. */
  env?: Readonly<Record<string, string | undefined>>;
  /** `found`, which is the default: servers that are named, or found on this machine, come before the embedded engines. */
  engines?: 'embedded' | 'found';
  /** Variables of lib/core/config.ts that every function gets, e.g. `{ RATE_LIMIT: '5/1' }`. */
  environment?: Readonly<Record<string, string>>;
  /** `kept`: what was there when the last one ended is there again; `fresh`: from now on alone. `none`, which is the default, leaves no trace. */
  state?: 'kept' | 'fresh' | 'none';
  /** Asks callers for keys, as a deployed stage does, and makes one. */
  keys?: boolean;
  /** Lets debuggers at functions; the banner says where. */
  inspect?: boolean;
  /** Makes changed sources what runs, and says so. */
  reload?: boolean;
  /** Where all that functions print goes; absent: a file in the temporary folder that the banner names. */
  logFile?: string | undefined;
  /** Somebody looks on, and how; absent: nobody does, who hears `line` hears faults. */
  terminal?: Terminal;
  /** Hears what a terminal should show: programs passed over, what functions print. */
  line?(line: string): void;
  /** Ends everything when it aborts, however far it came. */
  signal?: AbortSignal;
}

export interface Launched extends Addresses {
  banner: string;
  pid: number;
  /** What each process uses: `main`, which is mappings and gateway, `mongo`, `redis`, `sqs`, and the functions that run. */
  memory(): Promise<Record<string, UsedMemory>>;
  /**
   * Kills the process that has the next batch of an event type, `afterMs` after it got it.
   * @returns the bodies of the messages that it had in hand; null when no batch came `withinMs`, or it was answered before
   */
  killConsumer(type: string, afterMs: number, withinMs: number): Promise<string[] | null>;
  /** Lets nothing reach MongoDB for so long. @returns false where that cannot be done: a server named by MONGODB_URI */
  keepMongoAway(ms: number): Promise<boolean>;
  /** Ends everything, as Ctrl-C does. */
  stop(): Promise<void>;
  /** Resolves with the exit code when it has ended, for whatever reason. */
  readonly ended: Promise<number>;
}

/** The stack did not come up. The message is what a person needs to see. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

class PortTakenError extends LaunchError {}

const folder = join(import.meta.dirname, '../..');
const PORTS = 5;
const STOP_MS = 15_000;

/**
 * Starts the whole local stack (`serverless offline start --stage local`) in a process of its own, which ends when this one does.
 * @throws LaunchError when it ends before it is ready, also because of `signal`
 */
export async function launch(options: LaunchOptions = {}): Promise<Launched> {
  if (options.port) return launchAt(options.port, options);
  for (let tries = 1; ; tries++)
    try {
      return await launchAt(await (options.freePort ?? freePort)(), options);
    } catch (error) {
      if (!(error instanceof PortTakenError) || tries === PORTS) throw error;
    }
}

async function launchAt(port: number, options: LaunchOptions): Promise<Launched> {
  if (options.signal?.aborted) throw new LaunchError('interrupted');
  const caches = cacheFolder(folder);
  const serverless = createRequire(import.meta.url).resolve('serverless/package.json');
  const child = fork(
    join(dirname(serverless), 'bin/serverless.js'),
    ['offline', 'start', '--stage', 'local', '--httpPort', String(port)],
    {
      cwd: folder,
      env: {
        ...process.env,
        ...options.env,
        SLS_LOG_LEVEL: 'warning',
        // What the framework makes of its own schema; at home, where it would be else, it may not be written.
        SLS_SCHEMA_CACHE_BASE_DIR: caches,
        // What Node makes of the sources of the framework, the engines and Sluice: a fifth of a start.
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(caches, 'node'),
        SLUICE_ENGINES: options.engines ?? 'found',
        SLUICE_STATE: options.state ?? 'none',
        ...(options.environment && { SLUICE_ENVIRONMENT: JSON.stringify(options.environment) }),
        ...(options.keys && { SLUICE_KEYS: '1' }),
        ...(options.inspect && { SLUICE_INSPECT: '1' }),
        ...(options.reload && { SLUICE_RELOAD: '1' }),
        ...(options.logFile !== undefined && { SLUICE_LOG_FILE: options.logFile }),
        ...(options.terminal && terminalVariables(options.terminal)),
      },
      execArgv: [...HEAP_OPTIONS],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const ended = once(child, 'exit').then(([code, signal]) => (typeof code === 'number' ? code : signal ? 1 : 0));
  options.signal?.addEventListener('abort', () => void stop(child, ended));
  const ready = await untilReady(child, ended, port, options.line ?? (() => {}));
  const gone = ended.then((code) => {
    throw new LaunchError(`the local stack has ended with code ${code}`);
  });
  // Whoever asks then hears it.
  gone.catch(() => {});
  return {
    ...ready,
    pid: child.pid ?? 0,
    ended,
    memory: async () => (await ask(child, { ask: 'memory' }, gone)).processes,
    killConsumer: async (type, afterMs, withinMs) =>
      (await ask(child, { ask: 'kill', type, afterMs, withinMs }, gone)).bodies,
    keepMongoAway: async (ms) => (await ask(child, { ask: 'outage', ms }, gone)).shown,
    stop: () => stop(child, ended),
  };
}

async function untilReady(
  child: ChildProcess,
  ended: Promise<number>,
  port: number,
  line: (text: string) => void,
): Promise<Addresses & { banner: string }> {
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      printed = `${printed}${chunk.toString()}`.slice(-4000);
    });
  let fault: string | undefined;
  let up = false;
  const ready = new Promise<Addresses & { banner: string }>((resolve) => {
    child.on('message', (message: LaunchMessage) => {
      if (message.kind === 'line') line(message.line);
      else if (message.kind === 'fault') {
        fault = message.line;
        if (up) line(fault);
      } else if (message.kind === 'ready') {
        up = true;
        resolve(message);
      }
    });
  });
  const failed = ended.then((code) => {
    if (fault === undefined && printed.includes('EADDRINUSE')) throw new PortTakenError(portInUse(port, START));
    throw new LaunchError(fault ?? faultIn(printed) ?? `the local stack ended with code ${code}`);
  });
  // Once ready, nobody waits for the end any more.
  failed.catch(() => {});
  return Promise.race([ready, failed]);
}

async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}
