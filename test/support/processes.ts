import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine. */
export interface Process {
  pid: number;
  parent: number;
  /** What it was started with, one after another. */
  command: string;
}

/** All that run now; Linux tells it in files, without another program. https://www.kernel.org/doc/html/latest/filesystems/proc.html */
export const processes = (): Process[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => processOf(Number(pid)) ?? []);

export const childrenOf = (parent: number): Process[] => processes().filter((one) => one.parent === parent);

/** @returns undefined for one that has ended meanwhile */
function processOf(pid: number): Process | undefined {
  const [stat, command] = ['stat', 'cmdline'].map((file) => readOf(pid, file));
  if (stat === undefined || command === undefined) return undefined;
  // Its name, in brackets, may have anything in it.
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(parent), command: command.replaceAll('\0', ' ') };
}

/** Of what the system tells of a process; undefined when it has ended. */
export function readOf(pid: number | string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined;
    throw error;
  }
}
