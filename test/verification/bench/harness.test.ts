import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { bodyOf } from '../../../verification/bench/arms/ingest.ts';
import {
  ALONE,
  copiesOf,
  MEETING,
  ORDINARY,
  putEvents,
  TOGETHER,
} from '../../../verification/bench/harness/event-folder.ts';
import { meeting, of770Bytes } from '../../../verification/bench/harness/events.ts';
import { ownOf, readStat } from '../../../verification/bench/harness/process-tree.ts';

describe('event types of the benchmark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-test-'));
  const events = join(folder, 'functions/events');
  afterEach(() => rmSync(events, { recursive: true, force: true }));
  const typesIn = () =>
    readdirSync(events)
      .map((file) => file.slice(0, -'.ts'.length))
      .toSorted();
  const text = (type: string) => readFileSync(join(events, `${type}.ts`), 'utf8');

  test('take the place of those that are there, with as many copies as are asked for', () => {
    putEvents(folder, '#sluice', ['entry.first']);
    putEvents(folder, '#sluice', copiesOf(2));
    expect(typesIn()).toEqual([ORDINARY, MEETING, TOGETHER, ALONE, 'entry.copy1', 'entry.copy2'].toSorted());
    expect(text('entry.copy2')).toContain("type: 'entry.copy2',");
  });

  test('of which one has a setting, and is otherwise the ordinary one', () => {
    putEvents(folder, '#sluice');
    expect(
      text(ALONE)
        .replace(/\n {2}env: .*/, '')
        .replace(ALONE, ORDINARY),
    ).toBe(text(ORDINARY));
    expect(text(ALONE)).toMatch(/\n {2}env: \{/);
  });

  test('import what there was to import earlier, and none of them has a setting then', () => {
    putEvents(folder, '../../lib/face.ts');
    expect(typesIn()).not.toContain(ALONE);
    expect(text(ORDINARY)).toContain("from '../../lib/face.ts'");
  });
});

describe('work', () => {
  test('that meets takes different parts of those that there are', () => {
    for (let count = 0; count < 200; count++) {
      const { lines } = JSON.parse(meeting(8)).data as { lines: { part: string }[] };
      const parts = lines.map(({ part }) => part);
      expect(new Set(parts).size).toBe(2);
      expect(parts.filter((part) => Number(part.split('-')[1]) >= 8)).toEqual([]);
    }
  });

  test('is about 770 bytes where a row says so', () => {
    expect(Math.abs(Buffer.byteLength(of770Bytes()) - 770)).toBeLessThan(60);
  });

  test('is one event as it is, and several as an array', () => {
    expect(bodyOf(['{"a":1}'])).toBe('{"a":1}');
    expect(JSON.parse(bodyOf(['{"a":1}', '{"b":2}']))).toEqual([{ a: 1 }, { b: 2 }]);
  });
});

test('what Linux says of a process is read whatever its name is', () => {
  const fields = Array.from({ length: 50 }, (_, at) => String(at + 3));
  fields[1] = '77';
  expect(readStat(`5 (a ) R (b) ${fields.join(' ')}`)).toEqual({ parent: 77, ticks: 14 + 15, pages: 24 });
});

test('of the memory of a process counts as its own what no other has', () => {
  const rollup = ['Rss: 100 kB', 'Pss: 70 kB', 'Shared_Clean: 40 kB', 'Private_Clean: 8 kB', 'Private_Dirty: 52 kB'];
  expect(ownOf(`${rollup.join('\n')}\n`)).toBe(60 * 1024);
});
