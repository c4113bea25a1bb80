import type { Offers } from '../checker/offers.ts';
import { offersOfRun } from '../checker/run-offers.ts';
import { finishing } from './finish.ts';
import { handling } from './handle.ts';
import type { Mutant, Options } from './options.ts';
import { end, giveBack, isFinal, recordWrites } from './record.ts';
import { type Actor, type Change, type Run, type State, type StepOffers, UNCOUNTED } from './state.ts';

/**
 * The steps of one run of a consumer, from reading its record to acknowledging its message (lib/consume/consume.ts,
 * lib/consume/settle.ts).
 */
export function runActions(options: Options): (state: State, offers: Offers<State, Actor>) => void {
  const { holds, write, comeBack } = recordWrites(options);
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;
  const { finish, finishActions } = finishing(options);
  const handle = handling(options);

  /** The condition does not hold: the record is read, and looked at in this order (protocol: read-afterwards). */
  const afterwards: Change = (next, run) => {
    const { record } = next;
    if (record === null) return comeBack(next, run);
    if (broken('higher-replay-before-fingerprint') && record.replay > run.replay) {
      run.at = 'ack';
      return;
    }
    if (record.payload !== run.payload) {
      run.at = broken('fingerprint-not-compared-afterwards') ? 'ack' : 'send-letter';
      run.cause = 'id-reused';
      return;
    }
    if (record.replay > run.replay) {
      run.at = 'ack';
      return;
    }
    if (isFinal(record) && record.replay === run.replay) return finish(next, run);
    if (record.state === 'failing' && record.replay === run.replay) {
      run.at = 'send-letter';
      run.cause = 'failed';
      return;
    }
    comeBack(next, run);
  };

  function reading(state: State, run: Run, { step }: StepOffers): void {
    const { record } = state;
    const attempts = record?.attempts ?? 0;
    if (!holds(record, run)) step('reads the record: not its to run', afterwards);
    else if (attempts >= options.attempts)
      step('reads the record: no attempts are left', (_, mine) => {
        mine.at = 'close-record';
        mine.cause = 'failed';
        mine.attemptsSeen = attempts;
      });
    else
      step('reads the record', (_, mine) => {
        mine.at = 'mark';
        mine.attemptsSeen = attempts;
      });
  }

  const marks: Change = (next, run) => {
    if (!isAsRead(next, run)) {
      run.at = 'read-afterwards';
      return;
    }
    write(next, run, { seen: true });
    run.marked = true;
    run.at = 'handle';
    run.doomed = false;
  };

  /** An attempt counts only against the number that its run has seen (protocol: attempts-have-a-due-time). */
  const isAsRead = ({ record }: State, run: Run): boolean =>
    holds(record, run) && (run.attemptsSeen === UNCOUNTED || (record?.attempts ?? 0) === run.attemptsSeen);

  const countsAttempt: Change = (next, run) => {
    if (!isAsRead(next, run) && !broken('attempt-unconditional')) {
      run.at = 'read-afterwards';
      return;
    }
    write(next, run, { attempts: Math.min((next.record?.attempts ?? 0) + 1, options.attempts), seen: true });
    run.marked = false;
    giveBack(next, run);
  };

  const countsReturn: Change = (next, run) => {
    if (!holds(next.record, run)) {
      run.at = 'read-afterwards';
      return;
    }
    write(next, run, { returned: true, seen: true });
    run.marked = false;
    giveBack(next, run);
  };

  /** The record is closed to runs of this replay before its letter is sent (protocol: failing-before-the-letter). */
  const closes: Change = (next, run) => {
    run.at = 'send-letter';
    if (broken('letter-before-record-is-closed')) return;
    if (!isAsRead(next, run)) {
      run.at = 'read-afterwards';
      return;
    }
    write(next, run, { state: 'failing', seen: true });
    run.marked = false;
  };

  /** The message leaves the queue only when SQS has confirmed its letter. */
  function sending(run: Run, { step, fault }: StepOffers): void {
    const letter: Change = (next, { payload, replay, cause }) => {
      if (cause !== '') next.letters.push({ payload, replay, cause, recorded: false, outcome: '' });
    };
    step(`sends to the dead-letter queue (${run.cause})`, (next, mine) => {
      letter(next, mine);
      mine.at = 'ack';
    });
    fault('dead letter refused or lost', (next, mine) => {
      if (broken('ack-before-dlq-confirmed')) mine.at = 'ack';
      else comeBack(next, mine);
    });
    fault('dead letter taken, answer lost', (next, mine) => {
      letter(next, mine);
      comeBack(next, mine);
    });
  }

  return (state, offers) => {
    state.runs.forEach((run, index) => {
      const by = { payload: run.payload, replay: run.replay };
      const me = `run of ${run.payload}/${run.replay}`;
      const { step, fault } = offersOfRun<State, Run, Actor>(offers, index, by);
      const ofRun: StepOffers = {
        step: (name, change) => step(`${me}: ${name}`, change),
        fault: (name, change) => fault(`${me}: ${name}`, change),
      };
      ofRun.fault(`crashes (at '${run.at}')`, end);
      if (run.at === 'read') reading(state, run, ofRun);
      if (run.at === 'mark') ofRun.step('writes its start mark', marks);
      if (run.at === 'count-attempt') ofRun.step('records the attempt', countsAttempt);
      if (run.at === 'count-return') ofRun.step('counts a return that costs no attempt', countsReturn);
      if (run.at === 'close-record') ofRun.step('closes the record', closes);
      if (run.at === 'read-afterwards') ofRun.step('reads the record afterwards', afterwards);
      if (run.at === 'send-letter') sending(run, ofRun);
      handle(state, run, ofRun);
      finishActions(state, run, ofRun);
    });
  };
}
