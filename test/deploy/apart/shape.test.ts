import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkEventFiles } from '../../../deploy/apart/shape.ts';
import { eventFolder } from '../../../deploy/event-folder.ts';
import { neutralFolder } from '../../support/neutral-events.ts';

/** Two event files with these texts, the second of which is loaded after the first. */
function folderWith(second: string, first = '') {
  const path = mkdtempSync(join(tmpdir(), 'sluice-shape-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  writeFileSync(join(path, 'a.first.ts'), `export default { type: 'a.first', queue: {}, permissions: [] };\n${first}`);
  writeFileSync(join(path, 'b.second.ts'), second);
  return { ...eventFolder(undefined, {}), path, name: 'some/events', shipped: false };
}

test('event files that load have nothing to be told', async () => {
  await expect(checkEventFiles(neutralFolder())).resolves.toBeUndefined();
});

test('one that never ends is named when its time is over', async () => {
  const text = `await fetch('data:,');\nfor (;;);`;
  await expect(checkEventFiles(folderWith(text), 2000)).rejects.toThrow(
    /^some\/events\/b\.second\.ts did not load within 2 s$/,
  );
});

test.each([
  [
    'awaits what never comes',
    'await new Promise(() => {});',
    'cannot be loaded: what it awaits at its top level never comes',
  ],
  ['ends its process', 'process.exit(3);', 'cannot be loaded: the process ends when it is (process.exit, code 3)'],
  [
    'throws what is no error where nobody catches it',
    `setTimeout(() => { throw 'later'; });\nawait new Promise((resolve) => setTimeout(resolve, 60_000));`,
    'cannot be loaded: later',
  ],
])('one that %s is named, and ends nothing but its thread', async (_, text, fault) => {
  await expect(checkEventFiles(folderWith(text), 60_000)).rejects.toMatchObject({
    name: 'DefinitionError',
    message: `some/events/b.second.ts ${fault}`,
  });
});

test('one that throws is told with its place', async () => {
  await expect(checkEventFiles(folderWith(`throw new Error('no such price');`), 60_000)).rejects.toThrow(
    /b\.second\.ts(:1:7)? cannot be loaded: no such price$/,
  );
});

const throwsLater = `setTimeout(() => { throw new Error('later'); });`;
const waits = 'await new Promise((resolve) => setTimeout(resolve, 60_000));';

test.each([
  ['the file that loads', '', `${throwsLater}\n${waits}`, /b\.second\.ts:1:\d+ cannot be loaded: later$/],
  ['one that had been loaded', throwsLater, waits, /a\.first\.ts:2:\d+ cannot be loaded: later$/],
])('what is thrown where nobody catches it is told with its place: %s', async (_, first, second, expected) => {
  await expect(checkEventFiles(folderWith(second, first), 60_000)).rejects.toThrow(expected);
});
