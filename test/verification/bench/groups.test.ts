import { describe, expect, test } from 'vitest';
import { spread } from '../../../verification/bench/groups/single-runs.ts';
import { groups } from '../../../verification/bench/groups.ts';
import { read } from '../../support/repository.ts';

const rows = groups.flatMap((group) => group.rows);

describe('what is measured', () => {
  test('has names of its own', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
  });

  test('is named by the help of the command, each group of rows', () => {
    const usage = read('verification/bench/run.usage.txt');
    const [, named = ''] = /Names are of groups of rows: ([^.]*)\./.exec(usage) ?? [];
    expect(named.split(/\s+/)).toEqual(groups.map(({ name }) => name));
  });

  test('stands in docs/performance.md, each row', () => {
    const page = read('docs/performance.md');
    expect(rows.filter(({ name }) => !page.includes(`| ${name} |`)).map(({ name }) => name)).toEqual([]);
  });
});

test('the few are spread among the many, all of both in their order', () => {
  expect(spread(['x', 'y'], ['1', '2', '3', '4', '5', '6'])).toEqual(['1', '2', '3', 'x', '4', '5', '6', 'y']);
  expect(spread([], ['1', '2'])).toEqual(['1', '2']);
  expect(spread(['x', 'y'], [])).toEqual(['x', 'y']);
});
