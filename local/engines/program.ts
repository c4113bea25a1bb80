import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Reaper } from '../reaper.ts';

/** A program of this machine that serves a database, in a temporary folder, until it is stopped. */
export interface RunningProgram {
  port: number;
  stop(): Promise<void>;
}

const READY_MS = 15_000;
/** A database that was asked to end gets this long to do so. */
const END_MS = 3000;

/** The first of these programs on the search path, in the order of the names. */
export async function findProgram(
  names: readonly string[],
  folders: readonly string[] = (process.env.PATH ?? '').split(delimiter),
): Promise<string | undefined> {
  for (const name of names)
    for (const folder of folders.filter((one) => one !== '')) {
      const file = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
      const found = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return file;
    }
  return undefined;
}

/** What `<program> --version` prints. */
export async function versionText(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 5000 });
  return stdout;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/**
 * Starts a program on a free port with a folder that is removed afterwards.
 * @param argumentsOf from port and folder
 * @param ready resolves when it answers; called again until then
 * @throws when it ends or does not answer within 15 s, with what it printed last
 */
export async function startProgram(
  file: string,
  argumentsOf: (port: number, folder: string) => string[],
  ready: (port: number) => Promise<void>,
  watch: Reaper['watch'],
): Promise<RunningProgram> {
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'sluice-'))]);
  // A process group of its own: Ctrl-C is for this process, which then stops its engines in order.
  const child = spawn(file, argumentsOf(port, folder), { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const unwatch = child.pid === undefined ? () => {} : watch(child.pid);
  let last = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      last = chunk.toString().trim().split('\n').at(-1) ?? last;
    });
  child.on('error', ({ message }) => {
    last = message;
  });
  const stop = async () => {
    await endProcess(child);
    unwatch();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, () => ready(port));
  } catch (cause) {
    await stop();
    throw new Error(`${file} did not start: ${last}`, { cause });
  }
  return { port, stop };
}

async function untilReady(child: ChildProcess, ready: () => Promise<void>): Promise<void> {
  const end = Date.now() + READY_MS;
  for (;;) {
    try {
      return await ready();
    } catch (error) {
      if (Date.now() > end || child.exitCode !== null || child.pid === undefined) throw error;
      await wait(50);
    }
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await gone;
  clearTimeout(timer);
}
