import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ConfigError, codeOf } from '../../lib/core/errors.ts';

/** Variables of a child process, beside those of this one. */
export type Variables = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '../..');

/**
 * Runs a program and shows what it says.
 * @throws ConfigError that names the command where it ends badly, or is not there
 */
export async function run(command: readonly string[], env: Variables = {}): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await endOf(child, program);
  if (code !== 0) throw new ConfigError(`${command.join(' ')}: ended with ${code}`);
}

/**
 * Runs a program for what it prints.
 * @throws ConfigError that names the command, with what it said, where it ends badly, or is not there
 */
export async function ask(command: readonly string[], env: Variables = {}): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const code = await endOf(child, program);
  if (code !== 0) throw new ConfigError(`${command.slice(0, 3).join(' ')}: ${err.trim() || `ended with ${code}`}`);
  return out;
}

async function endOf(child: ChildProcess, program: string): Promise<unknown> {
  try {
    const [code] = await once(child, 'close');
    return code;
  } catch (cause) {
    throw new ConfigError(`${program} cannot be started (${codeOf(cause)}): is it installed?`, { cause });
  }
}

/** The framework, and a program of ours, as npm scripts run them. */
export const framework = (...args: string[]): string[] => [
  process.execPath,
  'node_modules/serverless/bin/serverless.js',
  ...args,
];
export const ours = (file: string, ...args: string[]): string[] => [process.execPath, file, ...args];
