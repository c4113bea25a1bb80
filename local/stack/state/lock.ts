import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { codeOf } from '../../../lib/core/errors.ts';

/** A lock that this process holds. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a lock, unless a process that lives holds it.
 * @param file in a folder that is there; holds the id of the process
 * @returns the lock, or the id of the process that holds it
 * @throws the system's error when the folder cannot be written
 */
export async function takeLock(file: string): Promise<Lock | number> {
  const own = `${file}.${process.pid}`;
  await writeFile(own, String(process.pid), { mode: 0o600 });
  try {
    // A link is there with all that it says, or not at all.
    while (!(await linked(own, file))) {
      const holder = await holderOf(file);
      if (holder !== undefined) return holder;
      await discard(file, own);
    }
    return { release: () => rm(file, { force: true }) };
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock; undefined when there is none any more. */
async function holderOf(file: string): Promise<number | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    // Another process may have got the id since the machine was started.
    const ofBefore = mtimeMs < Date.now() - uptime() * 1000;
    return !ofBefore && isAlive(Number(text)) ? Number(text) : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Takes away a lock that nobody holds. What another process put there meanwhile is given back. */
async function discard(file: string, own: string): Promise<void> {
  const aside = `${own}.aside`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await holderOf(aside)) !== undefined) await linked(aside, file);
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  // The own id was another process's: this one does not hold it yet.
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It lives, and is somebody else's.
    return codeOf(error) === 'EPERM';
  }
}
