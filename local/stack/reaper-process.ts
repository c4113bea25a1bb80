/**
 * See reaper.ts: lines `+<pid> <folder or nothing>` and `-<pid>` on stdin; at its end, whoever is left is given a second and then killed,
 * and the folders are removed.
 */
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const GRACE_MS = 1000;

process.on('SIGINT', () => {});
/** Folders by process id. */
const watched = new Map<number, string>();
for await (const line of createInterface(process.stdin)) {
  const [, sign, pid, folder = ''] = /^([+-])(\d+) ?(.*)$/.exec(line) ?? [];
  if (sign === '+') watched.set(Number(pid), folder);
  else watched.delete(Number(pid));
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const left = () => [...watched.keys()].filter(alive);
const end = Date.now() + GRACE_MS;
while (Date.now() < end && left().length > 0) await wait(50);
for (const pid of left()) process.kill(pid, 'SIGKILL');
for (const folder of watched.values())
  if (folder !== '') await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
