import type { RunOffers } from '../checker/run-offers.ts';
import type { Candidate, EventName, Mutant, Options, Run, State } from './state.ts';

type Change = (next: State, run: Run) => void;
type StepOffers = RunOffers<State, Run>;

export const endRun = (next: State, run: Run): void => {
  next.runs = next.runs.filter((other) => other !== run);
};
const isOpen = ({ events }: State, event: EventName): boolean => events[event].end === '';

/** What comes before the handlers of a batch: read, count deaths, single out a suspect, mark (lib/consume/redelivery.ts). */
export function preparing(options: Options): (state: State, run: Run, me: string, offers: StepOffers) => void {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  /**
   * Marks of runs that are over, less the void ones. Only who died alone has failed (protocol: only-alone-is-a-crash).
   */
  function deathsOf(next: State, { event, again }: Candidate): Candidate {
    const { marks, suspect } = next.events[event];
    if (!again) return { event, again, died: [], crashes: 0, suspect: false };
    // A young mark belongs to a living run (protocol: young-marks-live).
    const over = marks.filter(({ state }) => state !== 'running' || broken('young-mark-counts'));
    const deaths = over.filter(({ state }) => state !== 'void');
    const crashes = deaths.filter(({ alone }) => alone || broken('every-dead-mark-counts')).length;
    return { event, again, died: over.map((mark) => mark.run), crashes, suspect: suspect || deaths.length > 0 };
  }

  const read: Change = (next, run) => {
    const mine = run.batch.filter(({ event, again }) => !again || isOpen(next, event));
    const candidates = mine.map((one) => deathsOf(next, one));
    const isSpent = ({ event, again, crashes }: Candidate) =>
      again && next.events[event].attempts + crashes >= options.attempts;
    run.exhausted = candidates.filter(isSpent);
    const able = candidates.filter((one) => !isSpent(one));
    const suspect = able.find((one) => one.suspect);
    run.alone = suspect !== undefined && !broken('suspect-not-alone');
    run.batch = able;
    if (suspect && run.alone) {
      const others = able.filter((one) => one !== suspect);
      if (broken('others-handed-back-at-the-end')) run.batch = [suspect, ...others];
      else {
        run.batch = [suspect];
        run.handBack = others.map(({ event }) => event);
      }
    }
    goOn(next, run);
  };

  function goOn(next: State, run: Run): void {
    if (run.exhausted.length > 0) run.at = 'exhaust';
    else if (run.handBack.length > 0) run.at = 'hand-back';
    else if (run.batch.some(({ again }) => again)) run.at = 'mark';
    else run.at = 'run';
    if (run.exhausted.length + run.handBack.length + run.batch.length === 0) endRun(next, run);
  }

  /** The record is closed under the condition, with the deaths that were counted. */
  const exhaust: Change = (next, run) => {
    for (const { event, crashes } of run.exhausted) {
      const one = next.events[event];
      if (one.end !== '') continue;
      one.end = 'dead-lettered';
      one.attempts += crashes;
      next.crashesCounted[event] += crashes;
      one.marks = [];
      one.suspect = false;
    }
    run.exhausted = [];
    goOn(next, run);
  };

  const show = (next: State, event: EventName): void => {
    if (isOpen(next, event)) next.events[event].visible = true;
  };
  const handBack: Change = (next, run) => {
    for (const event of run.handBack) show(next, event);
    run.handBack = [];
    goOn(next, run);
  };
  const notConfirmed: Change = (next, run) => {
    // The others stay hidden until their visibility ends, and the suspect does not run.
    for (const { event } of run.batch) show(next, event);
    endRun(next, run);
  };

  /** Under the condition, and naming the dead marks: two readers of one death count it once. */
  const mark: Change = (next, run) => {
    const alone = run.batch.length === 1 || run.alone;
    run.batch = run.batch.filter(({ event, again, died, crashes, suspect }, place) => {
      const one = next.events[event];
      // Behind a suspect nothing is marked: with it nothing runs.
      if (!again || (run.alone && place > 0)) return true;
      const there = died.every((dead) => one.marks.some((other) => other.run === dead));
      if (one.end !== '') return false;
      if (!there && !broken('death-counted-by-each-reader')) {
        one.visible = true;
        return false;
      }
      one.marks = [...one.marks.filter((other) => !died.includes(other.run)), { run: run.id, alone, state: 'running' }];
      one.attempts += crashes;
      next.crashesCounted[event] += crashes;
      one.suspect ||= suspect;
      return true;
    });
    run.at = 'run';
    if (run.batch.length === 0) endRun(next, run);
  };

  /**
   * The budget of the write is over, MongoDB counts as down; the mark is withdrawn and declared void, and may be written
   * after that (protocol: withdrawn-marks).
   */
  const markLate: Change = (next, run) => {
    const alone = run.batch.length === 1;
    for (const { event, again } of run.batch) {
      show(next, event);
      if (again) next.lateMarks.push({ event, run: run.id, alone });
    }
    endRun(next, run);
  };

  return (_, run, me, { step, fault }) => {
    if (run.at === 'read') step(`${me}: reads what earlier runs left`, read);
    if (run.at === 'exhaust') step(`${me}: no attempts are left, to the dead letters`, exhaust);
    if (run.at === 'hand-back') {
      // A suspect does not take them along (protocol: neighbours-first).
      step(`${me}: the others are visible again`, handBack);
      fault(`${me}: SQS does not confirm that the others are visible`, notConfirmed);
    }
    if (run.at === 'mark') {
      step(`${me}: writes start marks`, mark);
      if (options.lateMarks) fault(`${me}: start marks are not answered: withdrawn, and declared void`, markLate);
    }
  };
}
