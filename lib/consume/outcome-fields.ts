import { attemptedOf } from '../core/attempts.ts';
import { eventFields, type Fields } from '../core/log-fields.ts';
import type { Outcome } from '../core/outcome.ts';
import { runFields, type State } from './delivery.ts';
import type { Fact, Step } from './facts.ts';

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
      const { attempt: attempts, ...event } = runFields(state);
      const { outcome, rejection } = step.settlement;
      return { ...event, attempts, outcome, ...rejection };
    }
    case 'finish-again': {
      const { state: outcome, rejection } = step.record;
      return { ...eventFields(state.message), attempts: attemptedOf(step.record), outcome, ...rejection, again: true };
    }
    default:
      return undefined;
  }
}

/** The same of one that a joint run has committed, and that goes back all the same. */
export const committedFields = (state: State, fact: Fact): OutcomeFields | undefined =>
  fact.kind === 'behind-another' && fact.settlement
    ? outcomeFields(state, { do: 'finish', settlement: fact.settlement })
    : undefined;
