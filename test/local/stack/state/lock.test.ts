import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeLock } from '../../../../local/stack/state/lock.ts';

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder, file: join(folder, 'lock') };
}
/** Lives as long as this test. */
const somebody = process.ppid;
/** More than any system gives. */
const NOBODY = 99_999_999;

test('is taken, and given back without a trace', async () => {
  const { folder, file } = await newFolder();
  const lock = await takeLock(file);
  expect(await readdir(folder)).toEqual(['lock']);
  if (typeof lock !== 'number') await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test('that another process holds is not taken, and its holder is named', async () => {
  const { folder, file } = await newFolder();
  await writeFile(file, String(somebody));
  expect(await takeLock(file)).toBe(somebody);
  expect(await readdir(folder)).toEqual(['lock']);
});

test.each([
  ['a process that is gone', String(NOBODY)],
  ['nobody that can be made out', ''],
])('of %s is taken', async (_, text) => {
  const { folder, file } = await newFolder();
  await writeFile(file, text);
  expect(await takeLock(file)).toMatchObject({ release: expect.any(Function) });
  expect(await readdir(folder)).toEqual(['lock']);
});

test('from before the machine was started is taken, whoever has that id now', async () => {
  const { file } = await newFolder();
  await writeFile(file, String(somebody));
  await utimes(file, 1, 1);
  expect(await takeLock(file)).toMatchObject({ release: expect.any(Function) });
});
