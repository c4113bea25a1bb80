import type { EventName, Run, State } from '../together/state.ts';
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
import { type Change, COPIES, type Mutant, type Options, type StepOffers } from './options.ts';

/** To what the run has left to do; the answer at the end takes from the queue what is done. */
export function goOn(next: State, run: Run): void {
  run.writes = [];
  run.doomed = false;
  run.current = -1;
  if (run.toTell.length > 0) run.at = 'tell';
  else if (run.alone.length > 0) run.at = 'next';
  else if (run.done.length > 0) run.at = 'answer';
  else end(next, run);
}

const comesBack: Change = (next, run) => {
  giveBack(next, run.current);
  goOn(next, run);
};

/** At no cost, until its next attempt is due (protocol: attempts-have-a-due-time). */
const waits: Change = (next, run) => {
  giveBack(next, run.current, 'waiting');
  goOn(next, run);
};

/** Events one by one, and what every run of one event comes to (`runOne` in lib/consume/execute.ts, lib/consume/settle.ts). */
export function singleRunActions(options: Options): (state: State, run: Run, offers: StepOffers) => void {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  function begin(state: State, run: Run, { step }: StepOffers): void {
    const [first] = run.alone;
    if (!first) return;
    const { message, look } = first;
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
    else if (record && record.attempts >= options.attempts)
      step(
        `reads ${event}: no attempts are left`,
        taking((_, mine) => {
          mine.at = 'close-record';
        }),
      );
    else if (record?.due === false) step(`reads ${event}: not due`, taking(waits));
    else if (look) step(`reads ${event}: another run is writing it`, taking(comesBack));
    else
      step(
        `single run of ${event} begins`,
        taking((_, mine) => {
          mine.at = 'handle-alone';
          mine.writes = [event];
          mine.doomed = false;
        }),
      );
  }

  const readAfterwards: Change = (next, run) => {
    run.alone.unshift({ message: run.current, look: true });
    goOn(next, run);
  };

  function handle(state: State, run: Run, { step, fault }: StepOffers): void {
    const event = eventOf(state, run.current);
    const me = `single run of ${event}`;
    const blind = broken('alone-without-condition');
    if (isLocked(state, event) || (run.doomed && !blind)) step(`${me}: write conflict`, comesBack);
    else if (!holds(state.records[event]) && !blind) step(`${me}: the condition does not hold`, readAfterwards);
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
        next.thrown = Math.min(next.thrown + 1, MOST_THROWS);
        mine.at = mine.seen[event] + 1 >= options.attempts ? 'close-record' : 'count-attempt';
        mine.writes = [];
      });
  }

  /** An attempt counts only against the number that its run has seen (protocol: attempts-have-a-due-time). */
  const isAsRead = (state: State, run: Run, event: EventName): boolean =>
    holds(state.records[event]) && (attemptsOf(state, event) === run.seen[event] || broken(COPIES));

  const count: Change = (next, run) => {
    const event = eventOf(next, run.current);
    if (isLocked(next, event)) comesBack(next, run);
    else if (!isAsRead(next, run, event)) readAfterwards(next, run);
    else {
      write(next, event, { attempts: attemptsOf(next, event) + 1, due: false });
      waits(next, run);
    }
  };

  const close: Change = (next, run) => {
    const event = eventOf(next, run.current);
    if (isLocked(next, event)) comesBack(next, run);
    else if (!isAsRead(next, run, event)) readAfterwards(next, run);
    else {
      write(next, event, { state: 'failing', attempts: options.attempts, due: true });
      run.at = 'send-letter';
    }
  };

  return (state, run, offers) => {
    const { step, fault } = offers;
    const me = `single run of ${run.current < 0 ? '' : eventOf(state, run.current)}`;
    if (run.at === 'tell')
      step('tells waiters', (next, mine) => {
        const message = mine.toTell.shift();
        if (message !== undefined) {
          const event = eventOf(next, message);
          next.told[event] = next.records[event]?.state ?? 'succeeded';
          mine.done.push(message);
        }
        goOn(next, mine);
      });
    if (run.at === 'next') begin(state, run, offers);
    if (run.at === 'handle-alone') handle(state, run, offers);
    if (run.at === 'count-attempt') step(`${me}: records the attempt`, count);
    if (run.at === 'close-record') step(`${me}: closes the record`, close);
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

/** Properties look no further. */
const MOST_THROWS = 3;
