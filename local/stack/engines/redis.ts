import { Redis } from 'ioredis';
import { messageOf } from '../../../lib/core/errors.ts';
import type { UsedMemory } from '../../commands/memory/used.ts';
import type { Reaper } from '../reaper.ts';
import type { KeptEngine } from '../state/kept-engine.ts';
import type { StartEmbedded } from './embedded/embedded.ts';
import { EngineError } from './engine-error.ts';
import { findProgram, orPassedOver, startProgram, versionText } from './program.ts';

export interface RedisEngine {
  url: string;
  /** `redis-server 7.0.15 (found)` */
  name: string;
  /** Of a process of its own that is embedded. */
  memory?(): Promise<UsedMemory>;
  /** What it holds is gone when it ends. */
  temporary?: true;
  /** Absent where it is not embedded. */
  kept?: KeptEngine;
  stop(): Promise<void>;
}

/** `SET … NX GET` needs Redis 7.0: https://redis.io/docs/latest/commands/set/#history; Valkey branched off at 7.2. */
const OLDEST = { redis: [7, 0], valkey: [7, 2] } as const;
const NAMED_TIMEOUT_MS = 3000;

/** The server that REDIS_URL names. @throws EngineError when it does not answer or is too old */
export async function namedRedis(url: string): Promise<RedisEngine> {
  const info = await askInfo(url, NAMED_TIMEOUT_MS).catch((cause: unknown) => {
    throw new EngineError(`REDIS_URL names a server that does not answer: ${messageOf(cause)}`, { cause });
  });
  const version = versionOf(info);
  if (isTooOld(version))
    throw new EngineError(
      `REDIS_URL names ${version.kind} ${version.text}; Sluice needs Redis 7.0 or Valkey 7.2, or newer`,
    );
  return { url, name: `${version.kind} ${version.text} (named by REDIS_URL)`, stop: async () => {} };
}

export async function embeddedRedis(start: StartEmbedded): Promise<RedisEngine> {
  const engine = await start('redis', '');
  return { ...engine, url: engine.address, name: 'embedded', kept: engine };
}

/**
 * A redis-server or valkey-server of this machine, on a free port, in memory.
 * @param log hears why one was passed over
 * @param readyMs how long it may take to answer
 * @returns undefined when there is none that will do
 */
export async function foundRedis(
  log: (line: string) => void,
  watch: Reaper['watch'],
  readyMs?: number,
): Promise<RedisEngine | undefined> {
  const file = await findProgram(['redis-server', 'valkey-server']);
  return file === undefined ? undefined : orPassedOver(log, () => serve(file, log, watch, readyMs));
}

async function serve(
  file: string,
  log: (line: string) => void,
  watch: Reaper['watch'],
  readyMs?: number,
): Promise<RedisEngine | undefined> {
  const printed = await versionText(file);
  const version = { ...parse(/v=([\d.]+)/.exec(printed)?.[1] ?? '0'), kind: kindOf(printed) };
  if (isTooOld(version)) {
    log(`${file} is ${version.kind} ${version.text}: too old, passed over`);
    return undefined;
  }
  const { port, stop } = await startProgram(
    file,
    (freePort, folder) => [
      ...['--port', String(freePort), '--bind', '127.0.0.1', '--dir', folder],
      ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    ],
    async (freePort) => void (await askInfo(`redis://127.0.0.1:${freePort}`, 500)),
    watch,
    readyMs,
  );
  return { url: `redis://127.0.0.1:${port}`, name: `${version.kind} ${version.text} (found)`, temporary: true, stop };
}

async function askInfo(url: string, timeoutMs: number): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // It asks INFO once more than is needed, and waits for it on its own.
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault: Error | undefined;
  redis.on('error', (error) => {
    fault = error;
  });
  try {
    await redis.connect();
    return await redis.info('server');
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
}

interface Version {
  kind: 'redis' | 'valkey';
  text: string;
  numbers: readonly [number, number];
}
const kindOf = (text: string): Version['kind'] => (/valkey/i.test(text) ? 'valkey' : 'redis');

function versionOf(info: string): Version {
  const text = /^valkey_version:(\S+)/m.exec(info)?.[1] ?? /^redis_version:(\S+)/m.exec(info)?.[1] ?? '0';
  return { ...parse(text), kind: kindOf(info) };
}

function parse(text: string): Omit<Version, 'kind'> {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { text, numbers: [major, minor] };
}

export function isTooOld({ kind, numbers: [major, minor] }: Version): boolean {
  const [oldestMajor, oldestMinor] = OLDEST[kind];
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
