import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventFolder } from '../../../../deploy/event-folder.ts';
import { checkEventFiles } from '../../../../local/stack/reload/shape.ts';
import { neutralFolder } from '../../../support/neutral-events.ts';

/** Two event files, of which the second has this text. */
function folderWith(text: string) {
  const path = mkdtempSync(join(tmpdir(), 'sluice-shape-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  writeFileSync(join(path, 'a.first.ts'), `export default { type: 'a.first' };`);
  writeFileSync(join(path, 'b.second.ts'), text);
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
    'throws where nobody catches it',
    `setTimeout(() => { throw new Error('later'); });\nawait new Promise((resolve) => setTimeout(resolve, 60_000));`,
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
