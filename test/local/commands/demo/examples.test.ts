import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadExamples } from '../../../../local/commands/demo/examples.ts';

const journeys = "export const example = { types: ['note.taken'], journeys: () => [] };";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('examples are found; one whose types are not declared is left out with a line', async () => {
  const folder = folderWith({ 'notes/journeys.ts': journeys, 'seeds-only/seed.ts': '' });
  expect(await loadExamples(['note.taken'], folder)).toMatchObject({ used: [{ types: ['note.taken'] }], leftOut: [] });
  expect(await loadExamples(['other.type'], folder)).toEqual({
    used: [],
    leftOut: ['examples/notes is left out: note.taken is not declared'],
  });
});

test.each([
  ['does not parse', 'export const', /^examples\/broken\/journeys\.ts cannot be loaded: .+$/],
  ['exports nothing', 'export {};', /^examples\/broken\/journeys\.ts: example Invalid input.+$/],
  [
    'has no journeys',
    "export const example = { types: ['note.taken'] };",
    /^examples\/broken\/journeys\.ts: example\.journeys must be a function$/,
  ],
])('an example that %s is told in one line', async (_, text, line) => {
  const folder = folderWith({ 'broken/journeys.ts': text });
  await expect(loadExamples(['note.taken'], folder)).rejects.toThrow(line);
});

test('there may be no examples at all', async () => {
  expect(await loadExamples([], join(tmpdir(), 'no such folder'))).toEqual({ used: [], leftOut: [] });
});
