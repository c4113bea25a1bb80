import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Report } from './run.ts';

/**
 * Runs mutants from within a test, in a process of its own: a run of vitest inside another would share its environment and exit code.
 * @param words as `npm run mutants` takes them
 */
export async function reportOf(...words: string[]): Promise<Report> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'print.ts'), '--json', ...words], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(printed) as Report;
}
