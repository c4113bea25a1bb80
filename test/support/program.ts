import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Runs a program of the project; what is left of it is killed when the test ends. */
export function runProgram(command: readonly string[], env: Record<string, string> = {}, cwd = root) {
  const child = spawn(process.execPath, command, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.err += chunk;
  });
  return { child, printed, ended: once(child, 'close') as Promise<[number]> };
}

export const npmStart = (args: readonly string[], env: Record<string, string> = {}) =>
  runProgram(['local/commands/start.ts', ...args], env);
