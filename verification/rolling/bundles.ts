import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyProject } from '../../test/support/project-copy.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** What a build reads; of an earlier commit, as far as it was there. */
const SOURCES = ['functions', 'lib', 'deploy', 'package.json', 'serverless.yml'];

/** The functions of one version of this project, built. */
export interface Bundles {
  /** Absolute path of an entry's module. */
  fileOf(entry: string): string;
  remove(): void;
}

/** @returns why bundles of this commit cannot be built here; undefined when they can */
export async function whyMissing(commit: string): Promise<string | undefined> {
  const git = (...args: string[]) => run('git', args, { cwd: root });
  const shallow = await git('rev-parse', '--is-shallow-repository').then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (shallow === undefined) return 'this is no clone of a git repository';
  const found = await git('cat-file', '-e', `${commit}^{commit}`).then(
    () => true,
    () => false,
  );
  if (found) return undefined;
  return `the commit ${commit} is not in this ${shallow === 'true' ? 'shallow clone' : 'repository'}`;
}

/** Bundles of an earlier commit, built by its own build. @throws Error when it cannot be built */
export async function bundlesOfCommit(commit: string): Promise<Bundles> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-rolling-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const archive = join(folder, 'sources.tar');
    await run('git', ['archive', '--output', archive, commit, ...SOURCES], { cwd: root });
    await run('tar', ['-xf', archive, '-C', folder]);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
    return await built(folder, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

/** Bundles of the code as it is, in a folder of their own. @throws Error when it cannot be built */
export async function presentBundles(): Promise<Bundles> {
  const { folder, remove } = copyProject();
  return built(folder, remove);
}

async function built(folder: string, remove: () => void): Promise<Bundles> {
  await run(process.execPath, [join(folder, 'deploy/build.ts')], { cwd: folder });
  return { fileOf: (entry) => join(folder, 'dist', entry, 'index.mjs'), remove };
}
