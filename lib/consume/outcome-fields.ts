import { attemptedOf } from '../core/attempts.ts';
import { eventFields, type Fields } from '../core/log-fields.ts';
import type { Outcome } from '../core/outcome.ts';
import { runFields, type State } from './delivery.ts';
import type { Step } from './facts.ts';

/** Of an event that has its outcome; `again`: of one that had it before. */
export interface OutcomeFields extends Fields {
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly again?: true;
}

/** What the log says of a step that finishes an event which has its outcome. */
export function outcomeFields(state: State, step: Step): OutcomeFields | undefined {
  switch (step.do) {
    case 'finish': {
      const run = runFields(state);
      return { ...run, attempts: run.attempt, outcome: step.settlement.outcome };
    }
    case 'finish-again': {
      const { state: outcome } = step.record;
      return { ...eventFields(state.message), attempts: attemptedOf(step.record), outcome, again: true };
    }
    default:
      return undefined;
  }
}
