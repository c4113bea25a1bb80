import { finishing } from './finish.ts';
import type { Mutant, Options } from './options.ts';
import { recordWrites } from './record.ts';
import { type Change, type Run, type State, type StepOffers, UNCOUNTED } from './state.ts';

/** The handler, its transaction, and what becomes of them (lib/consume/run.ts). */
export function handling(options: Options): (state: State, run: Run, offers: StepOffers) => void {
  const { holds, write, settle, comeBack } = recordWrites(options);
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;
  const { finish } = finishing(options);

  const readAfterwards: Change = (_, run) => {
    run.at = 'read-afterwards';
  };
  const commit =
    (outcome: 'succeeded' | 'rejected'): Change =>
    (next, run) => {
      settle(next, run, outcome);
      finish(next, run);
    };

  /** The handler's own failure: one more attempt, and the dead letters when there are no more. */
  const failed: Change = (_, run) => {
    const last = run.attemptsSeen + 1 >= options.attempts;
    run.at = last ? 'close-record' : 'count-attempt';
    if (last) run.cause = 'failed';
  };

  function succeeding(state: State, run: Run, { step, fault }: StepOffers): void {
    if (broken('effect-outside-transaction')) {
      step('handler writes outside the transaction', (next, mine) => {
        next.effects[mine.payload]++;
        mine.at = 'settle-late';
      });
      return;
    }
    if (run.doomed && broken('condition-checked-before-not-written')) {
      step('commits, having checked before', commit('succeeded'));
      return;
    }
    if (run.doomed) step('settles, write conflict on the record', comeBack);
    if (run.doomed || !holds(state.record, run)) step('settles, the condition does not hold', readAfterwards);
    if (!holds(state.record, run)) return;
    // A handler that has touched no collection is settled by one write, which no snapshot can doom.
    step(run.doomed ? 'settles by one write, without a transaction' : 'commits', commit('succeeded'));
    if (run.doomed) return;
    fault('commits, answer lost, MongoDB counts as down', (next, mine) => {
      settle(next, mine, 'succeeded');
      comeBack(next, mine);
    });
    fault('commits, answer lost, MongoDB answers a ping', (next, mine) => {
      settle(next, mine, 'succeeded');
      failed(next, mine);
    });
  }

  /** The transaction was aborted; the outcome is settled by a write of its own. */
  function refusing(state: State, run: Run, { step, fault }: StepOffers): void {
    if (!holds(state.record, run)) {
      step('settles rejected, the condition does not hold', readAfterwards);
      return;
    }
    step('settles rejected', commit('rejected'));
    fault('settles rejected, answer lost', (next, mine) => {
      settle(next, mine, 'rejected');
      comeBack(next, mine);
    });
  }

  /** A mutant alone comes here. */
  const settlesLate: Change = (next, run) => {
    if (holds(next.record, run)) {
      write(next, run, { state: 'succeeded' });
      run.at = 'ack';
    } else readAfterwards(next, run);
  };

  function handles(state: State, run: Run, offers: StepOffers): void {
    const { step, fault } = offers;
    if (options.outcomes.includes('succeeded')) succeeding(state, run, offers);
    if (options.outcomes.includes('rejected'))
      step('handler says no, its transaction is aborted', (next, mine) => {
        if (broken('refusal-keeps-effect')) next.effects[mine.payload]++;
        mine.at = 'refuse';
      });
    if (options.outcomes.includes('error')) {
      step('handler throws', (next, mine) => {
        // A duplicate key from a handler's collection is the handler's own error.
        if (broken('handlers-duplicate-key-is-done')) mine.at = 'ack';
        else failed(next, mine);
      });
      fault('keeps meeting other transactions', (_, mine) => {
        mine.at = 'count-return';
      });
    }
    if (options.outcomes.includes('permanent'))
      step('handler throws PermanentError', (_, mine) => {
        mine.at = 'close-record';
        mine.cause = 'failed';
        mine.attemptsSeen = UNCOUNTED;
      });
    fault('MongoDB fails, infrastructure return', comeBack);
  }

  return (state, run, offers) => {
    if (run.at === 'handle') handles(state, run, offers);
    if (run.at === 'refuse') refusing(state, run, offers);
    if (run.at === 'settle-late') offers.step('settles after its effect', settlesLate);
  };
}
