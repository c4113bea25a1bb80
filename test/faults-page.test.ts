import { expect, test } from 'vitest';
import { read } from './support/repository.ts';
import { titlesByFile } from './support/titles.ts';

const entries = [...read('docs/faults.md').matchAll(/^\| (\d+) \| .+ \|$/gm)].map(([, entry]) => Number(entry));
const named = [...titlesByFile].flatMap(([path, titles]) =>
  titles.flatMap((title) =>
    [...title.matchAll(/\bentry (\d+)\b/g)].map(([, entry]) => ({ path, entry: Number(entry) })),
  ),
);

test('docs/faults.md has every entry once, in order', () => {
  expect(entries).toEqual(entries.map((_, index) => index + 1));
  expect(entries.length).toBeGreaterThan(40);
});

test('every entry of docs/faults.md is in the title of a test, and none that it does not have', () => {
  const tested = new Set(named.map(({ entry }) => entry));
  expect(entries.filter((entry) => !tested.has(entry))).toEqual([]);
  expect(named.filter(({ entry }) => !entries.includes(entry))).toEqual([]);
});
