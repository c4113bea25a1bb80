import { describe, expect, test } from 'vitest';
import type { Found } from '../../../verification/model/checker/model.ts';
import { CONSUMER_MUTANTS } from '../../../verification/model/consumer/options.ts';
import { CRASH_MUTANTS } from '../../../verification/model/crashes/state.ts';
import { HANDLE_BATCH_MUTANTS } from '../../../verification/model/handle-batch/options.ts';
import { INGEST_MUTANTS } from '../../../verification/model/ingest/state.ts';
import { DUE_TIME_MUTANTS, JOINT_RUN_MUTANTS } from '../../../verification/model/joint-runs/options.ts';
import { ORDERED_MUTANTS } from '../../../verification/model/ordered/state.ts';
import { rows, shortRows } from '../../../verification/model/rows/all.ts';
import { isExpected, type Row } from '../../../verification/model/rows/row.ts';
import { searchRows } from '../../../verification/model/search-rows.ts';
import { tableOf } from '../../../verification/model/table.ts';

/** The rules of docs/protocol.md. */
const rules = [
  'one-condition',
  'failure-per-payload',
  'letters-compare-fingerprints',
  'settling-closes-the-failure',
  'replay-moves-the-record',
  'reused-id-needs-a-new-id',
  'nothing-seems-to-go-back',
  'newest-replay-tells',
  'both-generations',
  'replacement-is-written-down',
  'only-alone-is-a-crash',
  'withdrawn-marks',
  'failing-before-the-letter',
  'publish-before-the-claim-ends',
  'neighbours-first',
  'read-afterwards',
  'young-marks-live',
  'attempts-have-a-due-time',
];

const allMutants = [
  ...INGEST_MUTANTS,
  ...CONSUMER_MUTANTS,
  ...CRASH_MUTANTS,
  ...ORDERED_MUTANTS,
  ...HANDLE_BATCH_MUTANTS,
  ...JOINT_RUN_MUTANTS,
  ...DUE_TIME_MUTANTS,
];
const mutantOf = ({ setup: { options } }: Row) => options.mutant ?? [];

describe.each([
  ['all rows', rows],
  ['the short form', shortRows],
])('%s', (_, some) => {
  test('take back every rule', () => {
    const takenBack = new Set(some.filter(({ setup }) => setup.options.mutant).map(({ rule }) => rule));
    expect([...takenBack].filter((rule) => rule !== undefined).sort()).toEqual(rules.toSorted());
  });

  test('put in every mutant that the models know', () => {
    expect([...new Set(some.flatMap(mutantOf))].sort()).toEqual([...new Set(allMutants)].sort());
  });

  test('look at every model as it is, too', () => {
    const asBuilt = some.filter(({ kind }) => kind === 'scenario');
    expect([...new Set(asBuilt.map(({ setup }) => setup.model))].sort()).toEqual([
      'consumer',
      'crashes',
      'handleBatch',
      'ingest',
      'jointRuns',
      'ordered',
    ]);
    expect(asBuilt.filter((row) => mutantOf(row) !== undefined && mutantOf(row).length > 0)).toEqual([]);
  });
});

describe('a row is as expected', () => {
  const found: Found = { states: 9, steps: 9, depth: 3, atRest: 1, complete: true, broken: null };
  const broken: Found = { ...found, broken: { property: 'one', trace: ['a'] } };
  const row: Row = { kind: 'scenario', what: 'all', setup: { model: 'ingest', options: {} } };

  test('when a scenario holds, was searched to its end, and comes to rest', () => {
    expect(isExpected(row, found)).toBe(true);
    expect(isExpected(row, broken)).toBe(false);
    expect(isExpected(row, { ...found, complete: false })).toBe(false);
    expect(isExpected(row, { ...found, atRest: 0 })).toBe(false);
  });

  test('when a mutant is caught, and what is known breaks what it is known to break', () => {
    expect(isExpected({ ...row, kind: 'mutant' }, broken)).toBe(true);
    expect(isExpected({ ...row, kind: 'mutant' }, found)).toBe(false);
    expect(isExpected({ ...row, kind: 'known', breaks: 'one' }, broken)).toBe(true);
    expect(isExpected({ ...row, kind: 'known', breaks: 'other' }, broken)).toBe(false);
  });
});

test('rows are searched in threads; the table says what holds, what is caught, and by which way', async () => {
  const some = rows.filter(({ what }) => ['failed-list-ignored', 'refusal-keeps-effect'].includes(what));
  const wrong: Row = {
    kind: 'scenario',
    what: 'planted',
    setup: { model: 'ingest', options: { mutant: 'failed-list-ignored' } },
  };
  const looked = [...some, wrong];
  const results = await searchRows(looked);
  const table = tableOf(
    looked.flatMap((row, index) => {
      const result = results[index];
      return result ? [{ row, result }] : [];
    }),
    false,
  );
  expect(table).toMatch(
    /failed-list-ignored .* P1 nothing is lost: 2xx although SQS does not hold the event \(3 steps\)/,
  );
  expect(table).toMatch(/refusal-keeps-effect .* P2 one effect/);
  expect(table).toMatch(/planted .* BROKEN P1[^\n]*\n {6}1\. request/);
  expect(table).toContain('scenarios 0/1');
  expect(table).toContain('mutants 2/2');
});
