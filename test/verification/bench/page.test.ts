import { expect, test } from 'vitest';
import { BEGIN, END, figuresOf, withFigures } from '../../../verification/bench/page.ts';
import { reported } from '../../../verification/bench/report.ts';

const setting = { commit: 'abc1234', day: '2026-11-29', engines: 'MongoDB embedded', machine: 'Node 24, 2 cores' };
const goal = { atMost: 2 };
const rows = [
  reported(
    { name: 'a | b', now: 3, goal, unit: 'times' },
    { median: 1, min: 1, max: 2, count: 5, note: 'by the clock' },
  ),
  reported({ name: 'c', now: null, goal: null, unit: 'MB' }, { leftOut: 'no clone' }),
];

test('what a run writes names its commit, day, machine and engines, and has a line for each row', () => {
  expect(figuresOf(rows, setting).split('\n')).toEqual([
    'Of commit `abc1234`, on 2026-11-29: Node 24, 2 cores; MongoDB embedded.',
    '',
    '| what | in | now | goal | value | min to max | of | reached |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    '| a \\| b | times | 3 | <= 2 | 1 | 1 to 2 | 5 | yes |',
    '| c | MB | - | - | - | - | 0 | - |',
    '',
    '- *a | b*: by the clock',
    '- *c*: left out: no clone',
  ]);
});

test('figures take the place of those before, and the rest of the page stays', () => {
  const page = `# Title\n\n${BEGIN}\nold\n\n${END}\n\nrest\n`;
  expect(withFigures(page, 'new')).toBe(`# Title\n\n${BEGIN}\nnew\n\n${END}\n\nrest\n`);
});

test('a page without their marks is left alone', () => {
  expect(() => withFigures('# Title\n', 'new')).toThrow('lost the marks');
  expect(() => withFigures(`${END}${BEGIN}`, 'new')).toThrow('lost the marks');
});
