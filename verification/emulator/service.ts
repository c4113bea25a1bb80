import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { neutralEvents } from '../../test/support/neutral-events.ts';
import { copyProject, eventFile } from '../../test/support/project-copy.ts';
import type { Emulator } from './emulator.ts';

/** What a program said, and how it ended. */
export interface Ended {
  code: number;
  output: string;
}

/** The project in a folder of its own, with commits, deployed to an emulator by its own programs. */
export interface Service {
  framework(...args: string[]): Promise<Ended>;
  /** Releases to prod what is declared, and packages stages into an artefact of this name. @throws Error where that fails */
  artefact(name: string, ...stages: string[]): Promise<void>;
  /** @param smokeFails whether the checks by address find fault with what that artefact brings */
  deliver(stage: string, artefact: string, options?: readonly string[], smokeFails?: boolean): Promise<Ended>;
  declare(type: string, rest?: string): void;
  undeclare(type: string): void;
  remove(): void;
}

/** What stands in the place of the checks by address: no function runs in the emulator. */
const SMOKE = 'process.exitCode = process.env.SMOKE_FAILS ? 1 : 0;\n';

/** @throws Error where it cannot be made */
export async function startService({ env }: Emulator): Promise<Service> {
  const project = copyProject();
  const { folder } = project;
  rmSync(join(folder, 'functions/events'), { recursive: true, force: true });
  cpSync(neutralEvents, join(folder, 'functions/events'), { recursive: true });
  project.write('local/commands/smoke.ts', SMOKE);
  const run = ([program = '', ...args]: readonly string[], more: Record<string, string> = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const variables = { ...process.env, ...env, HOME: folder, SLUICE_KEY: 'none', MONGODB_URI: '', ...more };
      execFile(program, args, { cwd: folder, env: variables, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr }),
      );
    });
  const done = async (command: readonly string[]) => {
    const { code, output } = await run(command);
    if (code !== 0) throw new Error(`${command.join(' ')}: ended with ${code}\n${output}`);
  };
  const commit = async () => {
    await done(['git', 'add', '--all', '--force', 'functions', 'deploy']);
    const who = ['-c', 'user.name=emulator', '-c', 'user.email=emulator@example.com'];
    await done(['git', ...who, 'commit', '--quiet', '--allow-empty', '--message', 'as it is']);
  };
  await done(['git', 'init', '--quiet']);
  const serverless = [process.execPath, 'node_modules/serverless/bin/serverless.js'];
  const program = (file: string) => [process.execPath, `deploy/pipeline/${file}`];
  return {
    framework: (...args) => run([...serverless, ...args]),
    async artefact(name, ...stages) {
      await done([...serverless, 'release', '--stage', 'prod']);
      await commit();
      await done([...program('artefact.ts'), '--to', `.artefact/${name}`, ...stages]);
    },
    deliver: (stage, artefact, options = [], smokeFails = false) =>
      run(
        [...program('deliver.ts'), '--stage', stage, '--artefact', `.artefact/${artefact}`, ...options],
        smokeFails ? { SMOKE_FAILS: 'yes' } : {},
      ),
    declare: (type, rest) => project.write(`functions/events/${type}.ts`, eventFile(type, rest)),
    undeclare: (type) => project.delete(`functions/events/${type}.ts`),
    remove: project.remove,
  };
}
