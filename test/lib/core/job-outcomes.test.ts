import { expect, test } from 'vitest';
import { outcomeOf, type ReplayedFailure } from '../../../lib/core/job-outcomes.ts';

const failure: ReplayedFailure = { state: 'replaying', replay: 2, replaced: false };

test.each<[string, Partial<ReplayedFailure>, number, string]>([
  ['it runs', {}, 2, 'waiting'],
  ['it succeeded', { state: 'replayed', outcome: 'succeeded' }, 2, 'succeeded'],
  ['it was rejected', { state: 'replayed', outcome: 'rejected' }, 2, 'rejected'],
  ['it expired', { state: 'replayed', outcome: 'expired' }, 2, 'expired'],
  ['older code settled it', { state: 'replayed' }, 2, 'waiting'],
  ['it failed again', { state: 'failed-again' }, 2, 'failedAgain'],
  ['it failed again and was discarded', { state: 'discarded' }, 2, 'failedAgain'],
  ['it failed again and a new event came in its place', { state: 'replayed', replaced: true }, 2, 'failedAgain'],
  ['it failed again and is replayed once more', {}, 1, 'failedAgain'],
  ['a later replay succeeded', { state: 'replayed', outcome: 'succeeded' }, 1, 'failedAgain'],
])('what became of a replay: %s', (_, fields, replay, outcome) => {
  expect(outcomeOf({ ...failure, ...fields }, replay)).toBe(outcome);
});
