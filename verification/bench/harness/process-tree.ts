import { readdirSync } from 'node:fs';
import { readOf } from '../../../test/support/processes.ts';

/** What the processes of a program have used: Linux tells it in files. https://www.kernel.org/doc/html/latest/filesystems/proc.html */
export interface Used {
  /** Seconds of processor time, of those that still run. */
  cpuSeconds: number;
  /** Bytes that the system has given them, each shared page as often as it is shared. */
  rss: number;
  /** Of these what no other process has: the machine has them again when they end. */
  own: number;
}

/** USER_HZ is 100 on every machine that Node runs on: https://man7.org/linux/man-pages/man7/time.7.html */
const TICKS_A_SECOND = 100;
const PAGE_BYTES = 4096;

interface Stat {
  parent: number;
  ticks: number;
  pages: number;
}

/** Of a process and all that it has started, and they. @throws Error where the system has no such files */
export function usedBy(root: number): Used {
  const stats = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(name) ?? []),
  );
  const tree = new Set([root]);
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const [pid, { parent }] of stats) if (tree.has(parent)) tree.add(pid);
  }
  const all = [...tree].flatMap((pid) => stats.get(pid) ?? []);
  return {
    cpuSeconds: all.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_A_SECOND,
    rss: all.reduce((sum, { pages }) => sum + pages, 0) * PAGE_BYTES,
    own: [...tree].reduce((sum, pid) => sum + ownOf(readOf(pid, 'smaps_rollup') ?? ''), 0),
  };
}

function statOf(pid: string): [[pid: number, stat: Stat]] | undefined {
  const text = readOf(pid, 'stat');
  return text === undefined ? undefined : [[Number(pid), readStat(text)]];
}

/** Bytes of pages that are no other process's. */
export function ownOf(rollup: string): number {
  const kilobytes = [...rollup.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)].map(([, one]) => Number(one));
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1024;
}

/** Its name, in brackets, may have anything in it; fields are counted behind it. */
export function readStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { parent: field(4), ticks: field(14) + field(15), pages: field(24) };
}
