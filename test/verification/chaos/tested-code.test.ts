import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../../lib/core/errors.ts';
import { watchCode } from '../../../verification/chaos/tested-code.ts';

let folder: string;
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder },
  }).trim();
const write = (path: string, text: string) => writeFileSync(join(folder, path), text);

/** A small machine has none, and no results either. */
const hasGit = (): boolean => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
};

beforeEach((context) => {
  context.skip(!hasGit(), 'this machine has no git');
  folder = mkdtempSync(join(tmpdir(), 'sluice-tested-code-'));
  mkdirSync(join(folder, 'docs'));
  git('init', '--quiet');
  for (const path of ['one.ts', 'two.ts', 'README.md', 'docs/page.json']) write(path, '1');
  git('add', '.');
  git('commit', '--quiet', '--message', 'all');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what a result says of its code', () => {
  test('is the commit', async () => {
    expect(await (await watchCode(folder))()).toEqual({ commit: git('rev-parse', 'HEAD') });
  });

  test('is which files were not as in the commit, when the run began or at its end', async () => {
    write('two.ts', '2');
    const look = await watchCode(folder);
    write('two.ts', '1');
    write('new.ts', '1');
    expect(await look()).toEqual({ commit: git('rev-parse', 'HEAD'), uncommitted: ['new.ts', 'two.ts'] });
  });

  test('is the commit of its beginning, though somebody commits meanwhile', async () => {
    const look = await watchCode(folder);
    const begun = git('rev-parse', 'HEAD');
    write('one.ts', '2');
    git('commit', '--quiet', '--all', '--message', 'more');
    expect(await look()).toEqual({ commit: begun, uncommitted: ['one.ts'] });
  });

  test('is nothing of documents and results, which change no run', async () => {
    write('README.md', '2');
    write('docs/page.json', '2');
    write('docs/new.json', '1');
    expect(await (await watchCode(folder))()).toEqual({ commit: git('rev-parse', 'HEAD') });
  });

  test('cannot be said outside of a clone', async () => {
    rmSync(join(folder, '.git'), { recursive: true });
    await expect(watchCode(folder)).rejects.toThrow('a result names its commit');
  });
});
