import { type ExecFileException, execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const COPIED = ['functions', 'lib', 'deploy', 'local', 'client', 'testing', 'serverless.yml', 'package.json'];
/** The shop, which may have been taken out. */
const EXAMPLES = 'examples';

export interface ProjectCopy {
  readonly folder: string;
  write(path: string, text: string): void;
  makeFolder(path: string): void;
  delete(path: string): void;
  /** Runs the framework's command line without credentials, configuration or network of this machine's user. */
  serverless(...args: readonly string[]): Promise<{ code: number; output: string }>;
  remove(): void;
}

/**
 * The project in a folder of its own, so that a test may add files and package without meeting another's build.
 * @param more files and folders beside those that make the service
 */
export function copyProject(more: readonly string[] = []): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  for (const path of [...COPIED, ...(existsSync(join(root, EXAMPLES)) ? [EXAMPLES] : []), ...more])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return {
    folder,
    write: (path, text) => writeFileSync(join(folder, path), text),
    makeFolder: (path) => void mkdirSync(join(folder, path), { recursive: true }),
    delete: (path) => rmSync(join(folder, path)),
    serverless: (...args) => run(folder, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const run = (folder: string, args: readonly string[]): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const script = join(folder, 'node_modules/serverless/bin/serverless.js');
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr });
    execFile(
      process.execPath,
      [script, ...args],
      {
        cwd: folder,
        // What the framework makes of its own schema takes it a second, and is the same every time.
        env: { HOME: folder, PATH: process.env.PATH, SLS_SCHEMA_CACHE_BASE_DIR: join(root, 'node_modules/.cache') },
        maxBuffer: 64 * 1024 * 1024,
      },
      done,
    );
  });

/** The text of an event file that declares what a test needs and no more. */
export const eventFile = (type: string, rest = ''): string => `import { defineEvent, secret } from '#sluice';
import { z } from 'zod';

export default defineEvent({
  type: '${type}',
  summary: 'Something about ${type}',
  data: z.strictObject({ name: z.string() }),
  example: { name: 'a' },
  ${rest}
  async handle() {
    return undefined;
  },
});
`;
