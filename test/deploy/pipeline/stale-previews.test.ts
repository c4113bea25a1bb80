import { expect, test } from 'vitest';
import { isPreview, stalePreviews } from '../../../deploy/pipeline/stale-previews.ts';

const NOW = Date.parse('2026-11-29T02:30:00Z');
const hoursAgo = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();
const stack = (stage: string, hours: number, more = {}) => ({
  StackName: `sluice-${stage}`,
  StackStatus: 'UPDATE_COMPLETE',
  CreationTime: hoursAgo(hours),
  Tags: [{ Key: 'stage', Value: stage }],
  Outputs: [],
  ...more,
});

test('previews are stale when nobody deployed them for so long, and nothing else ever is', () => {
  const stacks = [
    stack('pr1', 73),
    stack('pr2', 71),
    stack('pr3', 900, { LastUpdatedTime: hoursAgo(1) }),
    stack('pr4', 100, { StackStatus: 'DELETE_FAILED' }),
    stack('pr5', 100, { StackStatus: 'DELETE_IN_PROGRESS' }),
    stack('prod', 9000),
    stack('dev', 9000),
    stack('pr6', 100, { StackName: 'shop-pr6' }),
    stack('pr7', 100, { Tags: [] }),
    stack('pr8', 100, { StackName: 'sluice-prod' }),
  ];
  const stale = stalePreviews(stacks, 'sluice', 72, NOW);
  expect(stale.map(({ stage, hours }) => [stage, Math.round(hours)])).toEqual([
    ['pr4', 100],
    ['pr1', 73],
  ]);
});

test.each(['prod', 'pr', 'pr1a', 'pr-1', 'xpr1', 'pr1 ', ''])('%j is no preview', (stage) => {
  expect(isPreview(stage)).toBe(false);
});
