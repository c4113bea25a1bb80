import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { ChaosStack } from './stack.ts';

const root = join(import.meta.dirname, '../../..');

/** A command under way. */
export interface ProjectionsRun {
  /** Resolves when it says a line that begins so, or has ended. */
  said(start: string): Promise<void>;
  /** What it said so far, in its words. */
  readonly lines: readonly string[];
  /** Resolves with what it printed. @throws Error when it failed */
  readonly ended: Promise<string>;
}

/** `npm run projections -- …`, as a person runs it, on the stack's databases. @param args after the two dashes */
export function runProjections({ engines, db }: ChaosStack, ...args: string[]): ProjectionsRun {
  const child = spawn(process.execPath, [join(root, 'deploy/projections.ts'), ...args], {
    cwd: root,
    env: {
      ...process.env,
      STAGE: 'local',
      MONGODB_URI: engines.mongoUri,
      MONGODB_DATABASE: db.databaseName,
      REDIS_URL: engines.redisUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const unwatch = child.pid === undefined ? () => {} : engines.watch(child.pid);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface(child.stderr).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const ended = (async () => {
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    unwatch();
    if (code !== 0) throw new Error(`projections ${args.join(' ')} ended with ${code}: ${lines.join('; ')}`);
    return printed;
  })();
  ended.catch(() => {});
  return {
    lines,
    ended,
    async said(start) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (lines.some((line) => line.startsWith(start))) resolve();
      };
      waiting.add(look);
      look();
      await Promise.race([promise, ended.catch(() => {})]);
      waiting.delete(look);
    },
  };
}
