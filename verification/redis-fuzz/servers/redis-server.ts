import { execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../connection.ts';
import type { FuzzedServer } from './engine.ts';

/** The version that the engine answers as. Valkey and newer ones write some numbers otherwise. */
const JUDGE = /\bv=(7\.0\.\d+)/;

/** The redis-server on the PATH that programs can be compared with. @returns undefined where there is none of that version */
export function findRedisServer(): { program: string; version: string } | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, 'redis-server');
    if (!isProgram(program)) continue;
    const version = JUDGE.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1];
    if (version !== undefined) return { program, version };
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a server of its own, in memory. @param options of its command line */
export async function startRedisServer(program: string, options: readonly string[] = []): Promise<FuzzedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-redis-'));
  const port = await freePort();
  const inMemory = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn(program, [...inMemory, ...options], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await untilAnswers(port);
  return {
    port,
    async stop() {
      server.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      const connection = await Connection.open(port);
      connection.send('PING\r\n');
      await connection.until('+PONG\r\n', 10_000);
      return connection.close();
    } catch (fault) {
      if (tries > 500) throw fault;
      await sleep(10);
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
