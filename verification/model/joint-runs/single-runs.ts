import type { RunOffers } from '../checker/run-offers.ts';
import type { Run, State } from '../together/state.ts';
import {
  attemptsOf,
  end,
  eventOf,
  giveBack,
  holds,
  isFinal,
  isGone,
  isLocked,
  remove,
  settle,
  write,
} from '../together/writes.ts';
import type { Mutant, Options } from './options.ts';

export type Change = (next: State, run: Run) => void;
export type StepOffers = RunOffers<State, Run>;

/** To what the run has left to do; the answer at the end takes from the queue what is done. */
export function goOn(next: State, run: Run): void {
  run.writes = [];
  run.unseen = false;
  run.doomed = false;
  run.current = -1;
  run.attemptsSeen = 0;
  if (run.toTell.length > 0) run.at = 'tell';
  else if (run.alone.length > 0) run.at = 'next';
  else if (run.done.length > 0) run.at = 'answer';
  else end(next, run);
}

/** Runs of one event: redelivered ones, and all of a joint run that fell back. */
export function singleRunActions(options: Options): (state: State, run: Run, offers: StepOffers) => void {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  /** At the first failure of an ordered group its followers become visible and wait behind its head. */
  const comesBack: Change = (next, run) => {
    giveBack(next, run.current);
    if (options.ordered && !broken('group-goes-on-in-fall-back')) {
      for (const { message } of run.alone) giveBack(next, message);
      run.alone = [];
    }
    goOn(next, run);
  };

  function begin(state: State, run: Run, { step }: StepOffers): void {
    const [first] = run.alone;
    if (!first) return;
    const { message, look, late } = first;
    const event = eventOf(state, message);
    const record = look ? state.records[event] : null;
    const taking =
      (change: Change): Change =>
      (next, mine) => {
        mine.alone.shift();
        mine.current = message;
        change(next, mine);
      };
    if (isGone(state, message)) step('a message that is gone', taking(goOn));
    else if (isFinal(record))
      step(
        `reads ${event}: settled`,
        taking((next, mine) => {
          mine.toTell.push(message);
          goOn(next, mine);
        }),
      );
    else if (record?.state === 'failing')
      step(
        `reads ${event}: failing`,
        taking((_, mine) => {
          mine.at = 'send-letter';
        }),
      );
    // What comes before its next attempt is due goes back at no cost (protocol: attempts-have-a-due-time).
    else if (record?.due === false && !broken('run-before-due')) step(`reads ${event}: not due`, taking(comesBack));
    // It comes again, and is looked up beforehand then.
    else if (late) step(`reads ${event}: another run's`, taking(comesBack));
    else
      step(
        `single run of ${event} begins`,
        taking((_, mine) => {
          mine.at = 'handle-alone';
          mine.writes = [event];
          mine.doomed = false;
          mine.attemptsSeen = record?.attempts ?? 0;
        }),
      );
  }

  function handle(state: State, run: Run, { step, fault }: StepOffers): void {
    const event = eventOf(state, run.current);
    const me = `single run of ${event}`;
    const record = state.records[event];
    const blind = broken('single-after-joint-without-condition');
    if (isLocked(state, event) || (run.doomed && !blind)) step(`${me}: write conflict`, comesBack);
    else if (!holds(record) && !blind)
      step(`${me}: the condition does not hold`, (next, mine) => {
        mine.alone.unshift({ message: mine.current, look: true });
        goOn(next, mine);
      });
    else {
      step(`${me}: commits`, (next, mine) => {
        settle(next, event);
        mine.toTell.push(mine.current);
        goOn(next, mine);
      });
      fault(`${me}: commits, answer lost, returns the message`, (next, mine) => {
        settle(next, event);
        comesBack(next, mine);
      });
    }
    if (event === 'X')
      step(`${me}: handler throws`, (next, mine) => {
        next.thrown = Math.min(next.thrown + 1, 3);
        mine.at = 'count-attempt';
        mine.writes = [];
      });
  }

  /**
   * An attempt counts only against the number of attempts that its run could see (protocol: attempts-have-a-due-time).
   */
  const count: Change = (next, run) => {
    const event = eventOf(next, run.current);
    const seen = attemptsOf(next, event) === run.attemptsSeen || broken('copies-use-up-attempts');
    if (isLocked(next, event) || !holds(next.records[event]) || !seen) return comesBack(next, run);
    const attempts = attemptsOf(next, event) + 1;
    const last = attempts >= options.attempts;
    write(next, event, last ? { attempts, state: 'failing', due: true } : { attempts, due: false });
    if (last) run.at = 'send-letter';
    else comesBack(next, run);
  };

  return (state, run, offers) => {
    const { step, fault } = offers;
    const me = `single run of ${run.current < 0 ? '' : eventOf(state, run.current)}`;
    if (run.at === 'tell')
      step('tells waiters', (next, mine) => {
        const message = mine.toTell.shift();
        if (message !== undefined && !isGone(next, message)) {
          const event = eventOf(next, message);
          next.told[event] = next.records[event]?.state ?? 'succeeded';
          mine.done.push(message);
        }
        goOn(next, mine);
      });
    if (run.at === 'next') begin(state, run, offers);
    if (run.at === 'handle-alone') handle(state, run, offers);
    if (run.at === 'count-attempt') step(`${me}: records the attempt`, count);
    if (run.at === 'send-letter') {
      step(`${me}: sends the letter`, (next, mine) => {
        next.letters.push(eventOf(next, mine.current));
        mine.done.push(mine.current);
        goOn(next, mine);
      });
      fault(`${me}: letter refused`, comesBack);
    }
    if (run.at === 'answer')
      step('answers, what is done leaves the queue', (next, mine) => {
        for (const message of mine.done) remove(next, message);
        end(next, mine);
      });
  };
}
