import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Caller, callerOf } from '../../local/stack/caller.ts';
import { freePort } from '../../local/stack/engines/program.ts';
import { patientBudgets } from './patient-budgets.ts';
import type { ProjectCopy } from './project-copy.ts';

export interface StartedCopy {
  caller: Caller;
  /** What a terminal shows when it is up. */
  banner: string;
  /** All that it shows, as it comes. */
  printed(): string;
  stop(): Promise<void>;
}

/**
 * `npm start` of a copy of the project, on embedded engines.
 * @param args `--inspect`
 * @param env over this process's own: `SLUICE_STATE`
 * @throws Error with what it printed when it does not come up
 */
export async function startCopy(
  { folder }: ProjectCopy,
  { args = [], env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<StartedCopy> {
  const port = await freePort();
  const child = spawn(process.execPath, ['local/commands/start.ts', '--port', String(port), ...args], {
    cwd: folder,
    env: { ...process.env, SLUICE_ENGINES: 'embedded', SLUICE_ENVIRONMENT: JSON.stringify(patientBudgets), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  // The last paragraph of the banner.
  while (!/Send an event|no event type is declared/.test(printed)) {
    if (child.exitCode !== null) throw new Error(`it did not start: ${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    caller: callerOf({ api: `http://127.0.0.1:${port}` }),
    banner: printed,
    printed: () => printed,
    async stop() {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
