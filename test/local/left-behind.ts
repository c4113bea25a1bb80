import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';

/** A temporary folder for one program and all that descends from it, by which they are known. */
export function ownFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const env = { TMPDIR: folder, PATH: `${process.env.PATH}:${folder}` };
  /** Every process of this machine that has the folder on its search path, which functions and found servers inherit. */
  const processes = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && hasInPath(pid, folder));
  onTestFinished(() => {
    for (const pid of processes()) process.kill(Number(pid), 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    env,
    processes,
    async isEmptyAgain() {
      await eventually(() => expect([...processes(), ...readdirSync(folder)]).toEqual([]));
    },
  };
}

function hasInPath(pid: string, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .some((line) => line.startsWith('PATH=') && line.endsWith(folder));
  } catch {
    // It has just ended, or is somebody else's.
    return false;
  }
}
