import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { differences } from '../../../../local/commands/timelines/differences.ts';
import { openPlaceholders } from '../../../../local/commands/timelines/placeholders.ts';
import { timelinesIn } from '../../../../local/commands/timelines/timeline.ts';

const project = mkdtempSync(join(tmpdir(), 'timelines-'));
mkdirSync(join(project, 'test'));
afterAll(() => rmSync(project, { recursive: true }));
const step = { what: 'a note', data: {}, seen: { refused: 'invalid-data' } };

describe('a timeline', () => {
  test('is read by the type that its file names', () => {
    writeFileSync(join(project, 'test/note.kept.timeline.json'), JSON.stringify({ steps: [step] }));
    writeFileSync(join(project, 'test/note.kept.test.ts'), 'no timeline');
    expect(timelinesIn('test', project)).toEqual([{ type: 'note.kept', steps: [step], projections: {} }]);
    expect(timelinesIn('nowhere', project)).toEqual([]);
  });

  test.each([
    ['{', 'JSON'],
    ['{"steps":[]}', 'steps: '],
    [JSON.stringify({ steps: [{ ...step, sent: 1 }] }), 'steps.0: Unrecognized key: "sent"'],
    [JSON.stringify({ steps: [{ ...step, seen: {} }] }), 'steps.0.seen: '],
  ])('%s is named with what is wrong', (text, named) => {
    writeFileSync(join(project, 'test/note.kept.timeline.json'), text);
    expect(() => timelinesIn('test', project)).toThrow(/^test\/note\.kept\.timeline\.json: /);
    expect(() => timelinesIn('test', project)).toThrow(named);
  });
});

describe('placeholders', () => {
  test('are new values, of one name the same, and are written back', () => {
    const { filled, mask } = openPlaceholders(['2026-11-29']);
    const given = { id: '<uuid:a>', '<word:b>': ['x-<word:b>', '<uuid:c>', 7, null] };
    const text = JSON.stringify(filled(given));
    expect(text).toMatch(/^\{"id":"[0-9a-f-]{36}","([a-z]{12})":\["x-\1","[0-9a-f-]{36}",7,null\]\}$/);
    expect(mask(text)).toBe(JSON.stringify(given));
    expect(JSON.stringify(openPlaceholders([]).filled(given))).not.toBe(text);
  });

  test('stand for times, and for the days of the run', () => {
    const { mask } = openPlaceholders(['2026-11-29', '2026-11-30']);
    expect(['2026-11-29T10:00:00.123Z', '2026-11-30:EUR', '2026-12-01', 'at 10:00'].map(mask)).toEqual([
      '<time>',
      '<day>:EUR',
      '2026-12-01',
      'at 10:00',
    ]);
  });
});

test('differences are told with their places', () => {
  expect(differences({ a: 1, b: { c: [1] }, d: 'x' }, { a: 1, b: { c: [2] }, e: null }, 'seen')).toEqual([
    'seen.b.c: [2] in place of [1]',
    'seen.d: nothing in place of "x"',
    'seen.e: null in place of nothing',
  ]);
  expect(differences({ a: { b: 1 } }, { a: { b: 1 } }, 'seen')).toEqual([]);
});
