import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { neutralFolder } from '../../test/support/neutral-events.ts';
import { copyProject } from '../../test/support/project-copy.ts';
import { type Patch, patched } from '../mutants/mutant.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** What a build reads; of an earlier commit, as far as it was there. */
const SOURCES = ['functions', 'lib', 'deploy', 'package.json', 'serverless.yml'];

/** The functions of one version of this project, built. */
export interface Bundles {
  /** Where its sources and bundles lie. */
  folder: string;
  /** Absolute path of an entry's module. */
  fileOf(entry: string): string;
  remove(): void;
}

/** Puts event types in the place of those that a copy of the project has. @param face what event files import there */
export type PutEvents = (project: string, face: string) => void;

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

/** The face of Sluice before it had one: what event files import, put together. */
const EARLIER_FACE = ['errors', 'event'];

/**
 * Bundles of an earlier commit, built by its own build.
 * @param putEvents those of the tests unless said otherwise
 * @param sources what is taken of it; absent: what a build reads
 * @throws Error when it cannot be built
 */
export async function bundlesOfCommit(
  commit: string,
  putEvents: PutEvents = putNeutralEvents,
  sources: readonly string[] = SOURCES,
): Promise<Bundles> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-rolling-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const archive = join(folder, 'sources.tar');
    await run('git', ['archive', '--output', archive, commit, ...sources], { cwd: root });
    await run('tar', ['-xf', archive, '-C', folder]);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
    const hasFace = existsSync(join(folder, 'lib/sdk/sluice.ts'));
    if (!hasFace)
      writeFileSync(
        join(folder, 'lib/face.ts'),
        EARLIER_FACE.map((name) => `export * from './${name}.ts';\n`).join(''),
      );
    putEvents(folder, hasFace ? '#sluice' : '../../lib/face.ts');
    return await built(folder, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

/** Bundles of the code as it is, in a folder of their own. @throws Error when it cannot be built */
export async function presentBundles(putEvents: PutEvents = putNeutralEvents): Promise<Bundles> {
  const { folder, remove } = copyProject();
  putEvents(folder, '#sluice');
  return built(folder, remove);
}

/** The same a day before, when an event file had one rule more. @throws Error when it cannot be built, or the rule has no place */
export async function bundlesOfYesterday(rule: Patch): Promise<Bundles> {
  const { folder, remove } = copyProject();
  putNeutralEvents(folder, '#sluice');
  const path = join(folder, rule.file);
  writeFileSync(path, patched(rule, readFileSync(path, 'utf8')));
  return built(folder, remove, { SLUICE_BUILD_TIME: String(Math.floor(Date.now() / 1000) - 86_400) });
}

function putNeutralEvents(folder: string, face: string): void {
  const events = join(folder, 'functions/events');
  rmSync(events, { recursive: true, force: true });
  mkdirSync(events);
  const { path } = neutralFolder();
  for (const file of readdirSync(path))
    writeFileSync(join(events, file), readFileSync(join(path, file), 'utf8').replaceAll('#sluice', face));
}

async function built(
  folder: string,
  remove: () => void,
  environment: Readonly<Record<string, string>> = {},
): Promise<Bundles> {
  await run(process.execPath, [join(folder, 'deploy/build.ts')], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  return { folder, fileOf: (entry) => join(folder, 'dist', entry, 'index.mjs'), remove };
}
