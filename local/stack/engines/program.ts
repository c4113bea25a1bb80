import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { messageOf } from '../../../lib/core/errors.ts';
import type { Reaper } from '../reaper.ts';

/** A program of this machine that serves a database, in a temporary folder, until it is stopped. */
export interface RunningProgram {
  port: number;
  /** Stands still for so long, as if nothing reached it; absent where the system cannot do that. */
  suspend?(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** A program that was found and does not serve. The message is one line without its end, for a person. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

const READY_MS = 15_000;
const VERSION_MS = 5000;
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

/** What `<program> --version` prints. @throws ProgramError when it does not run */
export async function versionText(file: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: VERSION_MS, killSignal: 'SIGKILL' });
    return stdout;
  } catch (cause) {
    const printed = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : '';
    const reason = printed.trim() || (isKilled(cause) ? `no version within ${VERSION_MS / 1000} s` : messageOf(cause));
    throw new ProgramError(`${file} does not run (${reason.split('\n')[0]})`, { cause });
  }
}

const isKilled = (error: unknown): boolean => error instanceof Error && 'killed' in error && error.killed === true;

/**
 * Tries a program that was found: one that does not serve is passed over with a line.
 * @param log hears why
 * @returns undefined when it does not serve
 */
export async function orPassedOver<Served>(
  log: (line: string) => void,
  serve: () => Promise<Served | undefined>,
): Promise<Served | undefined> {
  try {
    return await serve();
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    log(`${error.message}: passed over`);
    return undefined;
  }
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
 * @throws ProgramError when it ends or does not answer in time, 15 s unless told otherwise, with what it printed last
 */
export async function startProgram(
  file: string,
  argumentsOf: (port: number, folder: string) => string[],
  ready: (port: number) => Promise<void>,
  watch: Reaper['watch'],
  readyMs = READY_MS,
): Promise<RunningProgram> {
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'sluice-'))]);
  // A process group of its own: Ctrl-C is for this process, which then stops its engines in order.
  const child = spawn(file, argumentsOf(port, folder), { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const unwatch = child.pid === undefined ? () => {} : watch(child.pid, folder);
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
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    unwatch();
  };
  try {
    await untilReady(child, () => ready(port), readyMs);
  } catch (cause) {
    const ended = child.exitCode ?? child.signalCode;
    const reason = last || (ended === null ? `no answer within ${readyMs / 1000} s` : `it ended with ${ended}`);
    await stop();
    throw new ProgramError(`${file} did not start (${reason})`, { cause });
  }
  return { port, ...(process.platform !== 'win32' && { suspend: (ms) => suspendProcess(child, ms) }), stop };
}

async function suspendProcess(child: ChildProcess, ms: number): Promise<void> {
  child.kill('SIGSTOP');
  await wait(ms);
  child.kill('SIGCONT');
}

async function untilReady(child: ChildProcess, ready: () => Promise<void>, readyMs: number): Promise<void> {
  const end = Date.now() + readyMs;
  for (;;) {
    try {
      return await ready();
    } catch (error) {
      if (Date.now() > end || child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
        throw error;
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
