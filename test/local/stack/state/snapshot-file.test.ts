import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readSnapshot, writeSnapshot } from '../../../../local/stack/state/snapshot-file.ts';

async function arrayOf(records: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const record of records) all.push(record);
  return all;
}

async function newFile() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'file');
}

test('records of any length come back as they were, and the file is its owner’s alone', async () => {
  const file = await newFile();
  const records = [0, 1, 7, 300_000, 2, 1_000_000, 0].map((length, index) => Buffer.alloc(length, index + 1));
  await writeSnapshot(file, 'mongo 1', records);
  const read = await arrayOf(readSnapshot(file, 'mongo 1'));
  expect(read.map((record) => Buffer.from(record).equals(records.shift() ?? Buffer.alloc(9)))).toEqual(
    Array(7).fill(true),
  );
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('whoever makes the records has turns in between', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  function* records() {
    for (let megabyte = 0; megabyte < 8; megabyte++) yield Buffer.alloc(1024 * 1024);
  }
  await writeSnapshot(await newFile(), 'mongo 1', records());
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});

test('a file that is cut anywhere is refused', async () => {
  const file = await newFile();
  await writeSnapshot(file, 'redis 1', [Buffer.from('abc'), Buffer.from('de')]);
  const { length } = await readFile(file);
  for (let size = length - 1; size >= 0; size--) {
    await truncate(file, size);
    await expect(arrayOf(readSnapshot(file, 'redis 1'))).rejects.toThrow(/ends in the middle|is not a state of/);
  }
});

test('a file of another engine or version is refused', async () => {
  const file = await newFile();
  await writeSnapshot(file, 'redis 1', []);
  await expect(arrayOf(readSnapshot(file, 'redis 2'))).rejects.toThrow('is not a state of redis 2');
  await writeFile(file, 'something else altogether');
  await expect(arrayOf(readSnapshot(file, 'redis 1'))).rejects.toThrow('is not a state of redis 1');
});
