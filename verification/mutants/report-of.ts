import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Report } from './report.ts';
import type { runMutants } from './run.ts';

/** Runs mutants from within a test, in a process of its own: a run of vitest inside another would share its environment and exit code. */
export async function reportOf(...asked: Parameters<typeof runMutants>): Promise<Report> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run-process.ts')], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end(JSON.stringify(asked));
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(printed) as Report;
}
