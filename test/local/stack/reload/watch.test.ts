import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { areSame, readSources, type Sources } from '../../../../local/stack/reload/sources.ts';
import { watchFolders } from '../../../../local/stack/reload/watch.ts';
import { eventually } from '../../../support/eventually.ts';

/** A folder whose sources are read whenever it changed. */
function watched() {
  const project = mkdtempSync(join(tmpdir(), 'sluice-watch-'));
  mkdirSync(join(project, 'lib'));
  const put = (path: string, text: string) => writeFileSync(join(project, path), text);
  put('lib/a.ts', 'one');
  const folders = ['lib'];
  const state = { seen: readSources(project, folders), running: 0, most: 0, looks: 0 };
  const stop = watchFolders({
    project,
    folders,
    async changed() {
      state.running += 1;
      state.looks += 1;
      state.most = Math.max(state.most, state.running);
      await Promise.resolve();
      state.seen = readSources(project, folders);
      state.running -= 1;
    },
    failed: (error) => {
      throw error;
    },
    now: Date.now,
  });
  onTestFinished(() => {
    stop();
    rmSync(project, { recursive: true });
  });
  return {
    project,
    put,
    state,
    isSeen: (what: (sources: Sources) => boolean) => eventually(() => expect(what(state.seen)).toBe(true)),
    now: () => readSources(project, folders),
  };
}

test('what was written before anybody watched is looked for, once', async () => {
  const { state } = watched();
  await eventually(() => expect(state.looks).toBe(1));
});

test('what an editor writes in place or by a rename is seen, however often', async () => {
  const { project, put, isSeen, now } = watched();
  for (const text of ['two', 'three', 'four']) {
    put('lib/a.ts.tmp', text);
    renameSync(join(project, 'lib/a.ts.tmp'), join(project, 'lib/a.ts'));
    await isSeen((sources) => areSame(sources, now()));
    put('lib/a.ts', `${text} in place`);
    await isSeen((sources) => areSame(sources, now()));
  }
});

test('files in new folders are seen, and files that go', async () => {
  const { project, put, isSeen } = watched();
  mkdirSync(join(project, 'lib/new'));
  put('lib/new/b.ts', 'one');
  await isSeen((sources) => sources.has('lib/new/b.ts'));
  rmSync(join(project, 'lib/a.ts'));
  await isSeen((sources) => !sources.has('lib/a.ts'));
});

test('many changes at once are seen to the last, by one look at a time', async () => {
  const { put, state, isSeen, now } = watched();
  for (let n = 0; n < 300; n++) put(`lib/${n}.ts`, 'x');
  await isSeen((sources) => areSame(sources, now()));
  expect(state.seen.size).toBe(301);
  expect(state.most).toBe(1);
});
