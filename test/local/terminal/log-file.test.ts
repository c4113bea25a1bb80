import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLogFile } from '../../../local/terminal/log-file.ts';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'of/log.jsonl');
}
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('is for its owner alone, also where it was there with other rights', () => {
  const path = place();
  openLogFile(path).close();
  writeFileSync(path, 'before\n', { mode: 0o644 });
  const file = openLogFile(path);
  file.write('after');
  file.close();
  expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
  expect(modeOf(path)).toBe(0o600);
});

test('is as big as it may be, and so is the one from before; there is no third', () => {
  const path = place();
  const file = openLogFile(path, 20);
  for (const line of ['1234567', '2234567', '3234567', '4234567', '5234567']) file.write(line);
  expect(readFileSync(path, 'utf8')).toBe('5234567\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('3234567\n4234567\n');
  expect(modeOf(path)).toBe(0o600);
  file.write('a line that is longer than the file may be');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('5234567\n');
  file.close();
});

test('is gone when nothing was written', () => {
  const path = place();
  openLogFile(path).close();
  expect(existsSync(path)).toBe(false);
});

test('is no link to a file of somebody else', () => {
  const path = place();
  openLogFile(path).close();
  const theirs = `${path}.theirs`;
  writeFileSync(theirs, '');
  symlinkSync(theirs, path);
  expect(() => openLogFile(path)).toThrow('ELOOP');
});
