import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ConfigError } from '../../lib/core/errors.ts';

/** Variables of a child process, beside those of this one. */
export type Variables = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '../..');

/**
 * Runs a program and shows what it says.
 * @throws ConfigError that names the command where it ends badly
 */
export async function run(command: readonly string[], env: Variables = {}): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new ConfigError(`${command.join(' ')}: ended with ${code}`);
}

/**
 * Runs a program for what it prints.
 * @throws ConfigError that names the command, with what it said, where it ends badly
 */
export async function ask(command: readonly string[], env: Variables = {}): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new ConfigError(`${command.slice(0, 3).join(' ')}: ${err.trim() || `ended with ${code}`}`);
  return out;
}

/** The framework, and a program of ours, as npm scripts run them. */
export const framework = (...args: string[]): string[] => [
  process.execPath,
  'node_modules/serverless/bin/serverless.js',
  ...args,
];
export const ours = (file: string, ...args: string[]): string[] => [process.execPath, file, ...args];
