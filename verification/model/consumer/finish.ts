import type { Mutant, Options } from './options.ts';
import { projecting } from './projections.ts';
import { acknowledge, giveBack, outcomeOf } from './record.ts';
import { tell } from './results.ts';
import type { Change, Run, State, StepOffers } from './state.ts';

/** After the commit: projections, then those who wait; at the end of the batch the record, then the message. */
export function finishing(options: Options) {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;
  const { project, cut, markApplied } = projecting(options);

  const confirm = (run: Run): void => {
    run.at = run.projected ? 'mark-projected' : 'ack';
  };
  const toTell = (run: Run): void => {
    if (options.results) run.at = 'tell';
    else confirm(run);
  };
  /** Of a record that is final: what its outcome still asks for. */
  const finish: Change = ({ record }, run) => {
    if (options.results && record) run.outcome = outcomeOf(record);
    if (record?.projection === 'pending' && !broken('final-acked-unprojected')) run.at = 'project';
    else toTell(run);
  };

  function projectActions(state: State, { step, fault }: StepOffers): void {
    if (broken('mark-before-apply') && state.record?.projection === 'pending') {
      step('marks first', markApplied);
      return;
    }
    step('applies the projection', (next, mine) => {
      // What is refused for good stays pending, and waits for a rebuild.
      mine.projected = !project(next);
      if (broken('guard-cut-before-mark')) cut(next);
      toTell(mine);
    });
    fault('Redis unreachable', giveBack);
    fault('projection applied, answer lost', (next, mine) => {
      project(next);
      giveBack(next, mine);
    });
  }

  function finishActions(state: State, run: Run, offers: StepOffers): void {
    const { step, fault } = offers;
    if (run.at === 'project') projectActions(state, offers);
    if (run.at === 'tell') {
      step('stores the result, tells waiters', (next, mine) => {
        if (mine.outcome !== '') tell(options, next, { replay: mine.replay, outcome: mine.outcome });
        mine.outcome = '';
        confirm(mine);
      });
      fault('Redis unreachable, the result is not stored', giveBack);
    }
    if (run.at === 'mark-projected') {
      step('marks projected: true', (next, mine) => {
        markApplied(next);
        next.mayCut = true;
        mine.at = 'ack';
      });
      fault('MongoDB fails, the record is not marked', giveBack);
    }
    if (run.at === 'ack') step('acks', acknowledge);
  }

  return { finish, finishActions };
}
