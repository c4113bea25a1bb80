import { describe, expect, it } from 'vitest';
import { stateOf } from '../../../verification/alarms/state.ts';

/** Rows as the page has them: the range, then the states where what is missing counts as missing, ignored, breaching, not breaching. */
type Row = [range: string, missing: string, ignore: string, breaching: string, notBreaching: string];
const kept = 'as before';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
const threeOfThree: Row[] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 'INSUFFICIENT_DATA', kept, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', kept, 'ALARM', 'OK'],
  // What the page says in words: the next value may be good.
  ['- - - - X', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'OK', 'OK', 'ALARM', 'OK'],
];
const twoOfThree: Row[] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', kept, 'ALARM', 'OK'],
];
const rows = [
  ...threeOfThree.map((row) => [3, ...row] as const),
  ...twoOfThree.map((row) => [2, ...row] as const),
].flatMap(([datapoints, range, ...states]) =>
  (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map(
    (treated, index) => [range, datapoints, treated, states[index] ?? ''] as const,
  ),
);

describe('the state of an alarm', () => {
  it.each(rows)(
    'of %s, %i of 3, what is missing %s, is %s, as the page has it',
    (range, datapoints, treated, state) => {
      const values = range.split(' ').map((mark) => (mark === '-' ? undefined : Number(mark === 'X')));
      const rule = { Threshold: 0, EvaluationPeriods: 3, DatapointsToAlarm: datapoints, TreatMissingData: treated };
      for (const before of ['OK', 'ALARM'] as const)
        expect(stateOf(values, rule, before)).toBe(state === kept ? before : state);
    },
  );
});
