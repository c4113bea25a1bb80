import type { Offers } from '../checker/offers.ts';
import { projecting } from './projections.ts';
import { acknowledge, end, giveBack, isFinal, outcomeOf, recordWrites } from './record.ts';
import { tell } from './results.ts';
import type { Actor, Cause, Mutant, Options, Run, State } from './state.ts';

type Change = (next: State, run: Run) => void;

/** The steps of one run of a consumer, from reading its record to acknowledging its message. */
export function runActions(options: Options): (state: State, offers: Offers<State, Actor>) => void {
  const { holds, write, settle } = recordWrites(options);
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;
  const { project, cut, markApplied } = projecting(options);
  const afterCommit = options.results ? 'tell' : 'ack';

  const toLetter = (run: Run, cause: Cause): void => {
    run.at = 'send-letter';
    run.cause = cause;
  };
  const remember = (next: State, run: Run): void => {
    if (options.results && next.record) run.outcome = outcomeOf(next.record);
  };

  /** The condition does not hold: the record is read, and looked at in this order (protocol: read-afterwards). */
  const afterwards: Change = (next, run) => {
    const { record } = next;
    if (record === null) return giveBack(next, run);
    if (broken('higher-replay-before-fingerprint') && record.replay > run.replay) {
      run.at = 'ack';
      return;
    }
    if (record.payload !== run.payload) {
      if (broken('fingerprint-not-compared-afterwards')) run.at = 'ack';
      else toLetter(run, 'id-reused');
      return;
    }
    if (record.replay > run.replay) {
      run.at = 'ack';
      return;
    }
    if (!isFinal(record)) return giveBack(next, run);
    remember(next, run);
    run.at = record.projection === 'pending' && !broken('final-acked-unprojected') ? 'project' : afterCommit;
  };

  const commit =
    (outcome: 'succeeded' | 'rejected'): Change =>
    (next, run) => {
      settle(next, run, outcome);
      remember(next, run);
      run.at = next.record?.projection === 'pending' ? 'project' : afterCommit;
    };

  return (state, offers) => {
    state.runs.forEach((run, index) => {
      const by = { payload: run.payload, replay: run.replay };
      const me = `run of ${run.payload}/${run.replay}`;
      const within =
        (change: Change) =>
        (next: State): void => {
          const mine = next.runs[index];
          if (mine) change(next, mine);
        };
      const step = (name: string, change: Change): void => offers.step(`${me}: ${name}`, within(change), by);
      const fault = (name: string, change: Change): void => offers.fault(`${me}: ${name}`, within(change), by);

      fault(`crashes (at '${run.at}')`, end);
      switch (run.at) {
        case 'read':
          if (!holds(state.record, run)) step('reads the record: not its to run', afterwards);
          else if (state.record && state.record.attempts >= options.attempts)
            step('reads the record: attempts exhausted', (_, mine) => toLetter(mine, 'exhausted'));
          else
            step('reads the record', (_, mine) => {
              mine.at = 'mark';
            });
          break;
        case 'mark':
          step('writes its start mark', (next, mine) => {
            if (holds(next.record, mine)) write(next, mine, { seen: true });
            mine.at = 'handle';
            mine.doomed = false;
          });
          break;
        case 'handle':
          handling(state, run, step, fault);
          break;
        case 'settle-late':
          step('settles after its effect', (next, mine) => {
            if (!holds(next.record, mine)) {
              mine.at = 'read-afterwards';
              return;
            }
            write(next, mine, { state: 'succeeded' });
            mine.at = 'ack';
          });
          break;
        case 'count-attempt':
          step('records the attempt', (next, mine) => {
            if (!holds(next.record, mine) && !broken('attempt-unconditional')) {
              mine.at = 'read-afterwards';
              return;
            }
            const attempts = Math.min((next.record?.attempts ?? 0) + 1, options.attempts);
            write(next, mine, { attempts, seen: true });
            if (attempts >= options.attempts) toLetter(mine, 'exhausted');
            else giveBack(next, mine);
          });
          break;
        case 'read-afterwards':
          step('reads the record afterwards', afterwards);
          break;
        case 'send-letter': {
          const letter: Change = (next, { payload, replay, cause }) => {
            if (cause !== '') next.letters.push({ payload, replay, cause, recorded: false, outcome: '' });
          };
          step(`sends to the dead-letter queue (${run.cause})`, (next, mine) => {
            letter(next, mine);
            mine.at = 'ack';
          });
          fault('dead letter refused or lost', (next, mine) => {
            if (broken('ack-before-dlq-confirmed')) mine.at = 'ack';
            else giveBack(next, mine);
          });
          fault('dead letter taken, answer lost', (next, mine) => {
            letter(next, mine);
            giveBack(next, mine);
          });
          break;
        }
        case 'project':
          if (broken('mark-before-apply') && state.record?.projection === 'pending') step('marks first', markApplied);
          else
            step('applies the projection', (next, mine) => {
              project(next);
              if (broken('guard-cut-before-mark')) cut(next);
              mine.at = 'mark-projected';
            });
          fault('Redis unreachable', giveBack);
          fault('projection applied, answer lost', (next, mine) => {
            project(next);
            giveBack(next, mine);
          });
          break;
        case 'mark-projected':
          step('marks projected: true', (next, mine) => {
            markApplied(next);
            mine.at = 'cut-guard';
          });
          break;
        case 'cut-guard':
          step('cuts the guard to 1 h', (next, mine) => {
            cut(next);
            mine.at = afterCommit;
          });
          break;
        case 'tell':
          step('stores the result, tells waiters', (next, mine) => {
            if (mine.outcome !== '') tell(options, next, { replay: mine.replay, outcome: mine.outcome });
            mine.outcome = '';
            mine.at = 'ack';
          });
          break;
        case 'ack':
          step('acks', acknowledge);
          break;
      }
    });
  };

  function handling(
    state: State,
    run: Run,
    step: (name: string, change: Change) => void,
    fault: (name: string, change: Change) => void,
  ): void {
    for (const outcome of options.outcomes) {
      if (outcome !== 'succeeded' && outcome !== 'rejected') continue;
      if (broken('effect-outside-transaction') && outcome === 'succeeded')
        step('handler writes outside the transaction', (next, mine) => {
          next.effects[mine.payload]++;
          mine.at = 'settle-late';
        });
      else if (run.doomed && broken('condition-checked-before-not-written'))
        step(`commits ${outcome}, having checked before`, commit(outcome));
      else if (run.doomed) {
        step(`${outcome}, write conflict on the record`, giveBack);
        step(`${outcome}, duplicate key raised by settling`, (_, mine) => {
          mine.at = 'read-afterwards';
        });
      } else if (holds(state.record, run)) {
        step(`commits ${outcome}`, commit(outcome));
        fault(`commits ${outcome}, answer lost, returns the message`, (next, mine) => {
          settle(next, mine, outcome);
          giveBack(next, mine);
        });
      } else
        step(`${outcome}, but the condition does not hold`, (_, mine) => {
          mine.at = 'read-afterwards';
        });
    }
    if (options.outcomes.includes('error'))
      step('handler throws', (_, mine) => {
        mine.at = broken('handlers-duplicate-key-is-done') ? 'ack' : 'count-attempt';
      });
    if (options.outcomes.includes('permanent'))
      step('handler throws PermanentError', (_, mine) => toLetter(mine, 'permanent'));
    fault('MongoDB fails, infrastructure return', giveBack);
  }
}
