import type { RunOffers } from '../checker/run-offers.ts';
import { endRun } from './prepare.ts';
import type { EventName, Mutant, Options, Run, State } from './state.ts';

type Change = (next: State, run: Run) => void;
type StepOffers = RunOffers<State, Run>;

/** Counters that properties look at need to go no further. */
const MOST = 3;

/** The handlers of a batch, one after another in either order. */
export function handling(options: Options): (state: State, run: Run, me: string, offers: StepOffers) => void {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  /** The marks of this run stay, and nobody is there to take them off. */
  function leaveMarks(next: State, { id, batch }: Run): void {
    for (const { event } of batch)
      for (const mark of next.events[event].marks) if (mark.run === id) mark.state = 'dead';
  }
  const unmark = (next: State, { id }: Run, event: EventName): void => {
    const one = next.events[event];
    one.marks = one.marks.filter((mark) => mark.run !== id);
  };
  function finish(next: State, run: Run, event: EventName): void {
    run.batch = run.batch.filter((one) => one.event !== event);
    if (run.batch.length === 0) endRun(next, run);
  }

  const die: Change = (next, run) => {
    const [first, ...behind] = run.batch;
    if (!first) return;
    for (const { event } of run.batch)
      if (next.events[event].marks.some((mark) => mark.run === run.id && mark.alone)) next.deathsAlone[event]++;
    leaveMarks(next, run);
    for (const { event } of behind)
      if (next.events[event].end === '') next.delays[event] = Math.min(next.delays[event] + 1, MOST);
    next.ownFailures[first.event] = Math.min(next.ownFailures[first.event] + 1, MOST);
    endRun(next, run);
  };

  const settle: Change = (next, run) => {
    const one = next.events.I;
    one.end = 'settled';
    finish(next, run, 'I');
  };
  const fail: Change = (next, run) => {
    const one = next.events.I;
    next.threw = true;
    next.ownFailures.I++;
    one.attempts++;
    one.suspect = false;
    unmark(next, run, 'I');
    if (one.attempts >= options.attempts) one.end = 'dead-lettered';
    else one.visible = true;
    finish(next, run, 'I');
  };

  /**
   * An infrastructure return consumes no attempt: its mark is withdrawn, or declared void (protocol: withdrawn-marks).
   */
  const infrastructure =
    (where: 'MongoDB' | 'Redis'): Change =>
    (next, run) => {
      for (const { event } of run.batch) {
        const one = next.events[event];
        if (one.end === '') one.visible = true;
        if (broken('mark-outlives-infrastructure-return')) continue;
        if (where === 'MongoDB') unmark(next, run, event);
        else for (const mark of one.marks) if (mark.run === run.id) mark.state = 'void';
      }
      if (broken('mark-outlives-infrastructure-return')) leaveMarks(next, run);
      endRun(next, run);
    };

  return (state, run, me, { step, fault }) => {
    const [first] = run.batch;
    if (!first) return;
    const { event } = first;
    if (state.events[event].end !== '')
      return step(`${me}: ${event} is settled already`, (next, mine) => finish(next, mine, event));
    if (event === 'K') step(`${me}: K kills the process`, die);
    else {
      step(`${me}: I settles`, settle);
      if (options.throws && !state.threw) step(`${me}: I throws once`, fail);
    }
    fault(`${me}: MongoDB goes away for a moment, infrastructure return`, infrastructure('MongoDB'));
    fault(`${me}: MongoDB goes away, infrastructure return, marks are void`, infrastructure('Redis'));
  };
}
