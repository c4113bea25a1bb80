/** See reaper.ts: lines `+<pid>` and `-<pid>` on stdin; at its end, whoever is left is given a second and then killed. */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const GRACE_MS = 1000;

process.on('SIGINT', () => {});
const watched = new Set<number>();
for await (const line of createInterface(process.stdin)) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) watched.add(pid);
  else watched.delete(pid);
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const end = Date.now() + GRACE_MS;
while (Date.now() < end && [...watched].some(alive)) await wait(50);
for (const pid of [...watched].filter(alive)) process.kill(pid, 'SIGKILL');
