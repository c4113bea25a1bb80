import type { EventName, Run, State } from '../together/state.ts';
import {
  attemptsOf,
  commitAgain,
  commitUnanswered,
  eventOf,
  giveBack,
  holds,
  isLocked,
  settle,
  write,
} from '../together/writes.ts';
import type { Change, Mutant, Options, StepOffers } from './options.ts';
import { goOn } from './single-runs.ts';

/** One transaction for the whole batch; when it fails, event by event (`runTogether` in lib/consume/execute.ts). */
export function jointRunActions(options: Options): (state: State, run: Run, offers: StepOffers) => void {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  /** Every event of it runs alone, as if the joint run had not been. */
  const fallBack: Change = (next, run) => {
    run.alone = [...run.together.map((message) => ({ message, look: false })), ...run.alone];
    run.together = [];
    run.withoutX = false;
    run.unanswered = -1;
    goOn(next, run);
  };
  const returnAll: Change = (next, run) => {
    for (const message of run.together) giveBack(next, message);
    run.together = [];
    run.unanswered = -1;
    goOn(next, run);
  };

  /**
   * One find for the batch. What is settled or closed is finished, what has no attempts left is closed, what is not due
   * goes back until then, the rest runs together.
   */
  const find: Change = (next, run) => {
    const runs = (message: number): boolean => {
      const event = eventOf(next, message);
      const record = next.records[event];
      return holds(record) && record?.due !== false && attemptsOf(next, event) < options.attempts;
    };
    run.seen = { X: attemptsOf(next, 'X'), Y: attemptsOf(next, 'Y') };
    run.alone = run.together.filter((message) => !runs(message)).map((message) => ({ message, look: true }));
    run.together = run.together.filter(runs);
    run.again = run.again.filter((message) => run.together.includes(message));
    if (run.again.length > 0) run.at = 'mark';
    else begin(next, run);
  };

  /** Start marks of those that were delivered before; a condition that holds no more is looked at afterwards. */
  const mark: Change = (next, run) => {
    for (const message of run.again) {
      const event = eventOf(next, message);
      if (holds(next.records[event]) && attemptsOf(next, event) === run.seen[event]) write(next, event, {});
      else run.alone.push({ message, look: true });
    }
    run.again = [];
    run.together = run.together.filter((message) => run.alone.every((one) => one.message !== message));
    begin(next, run);
  };

  /** One event alone needs no joint run. */
  const begin: Change = (next, run) => {
    if (run.together.length < 2) {
      fallBack(next, run);
      return;
    }
    run.at = 'handle-together';
    run.writes = run.together.map((message) => eventOf(next, message));
    run.doomed = false;
  };

  function handle(all: string, { step, fault }: StepOffers): void {
    step(`joint run of ${all}: the handler ends`, (next, mine) => {
      mine.at = 'commit-together';
      if (broken('ack-before-commit')) for (const message of mine.together) giveUp(next, message);
      if (broken('tells-before-commit')) for (const event of mine.writes) next.told[event] = 'succeeded';
    });
    step(`joint run of ${all}: the handler throws because of X`, (next, mine) => {
      if (broken('keeps-part')) next.effects.Y++;
      if (broken('counts-attempts-of-all'))
        for (const event of mine.writes) write(next, event, { attempts: attemptsOf(next, event) + 1 });
      if (broken('skips-the-thrower')) {
        mine.withoutX = true;
        mine.at = 'commit-together';
      } else fallBack(next, mine);
    });
    fault(`joint run of ${all}: MongoDB fails, infrastructure return`, returnAll);
  }

  const committed: Change = (next, run) => {
    run.toTell = run.together;
    run.together = [];
    run.withoutX = false;
    goOn(next, run);
  };
  const commit: Change = (next, run) => {
    const settles = (event: EventName) => holds(next.records[event]) && !(run.withoutX && event === 'X');
    for (const event of run.writes)
      if (settles(event)) settle(next, event);
      else next.effects[event]++;
    committed(next, run);
  };

  function committing(state: State, run: Run, all: string, { step, fault }: StepOffers): void {
    const locked = run.writes.some((event) => isLocked(state, event));
    const fails = run.doomed || locked || run.writes.some((event) => !holds(state.records[event]));
    if (fails && broken('settles-what-holds') && !locked) step(`joint run of ${all}: commits what holds`, commit);
    else if (fails) step(`joint run of ${all}: a condition does not hold, or a write conflict`, fallBack);
    else {
      step(`joint run of ${all}: commits`, commit);
      fault(`joint run of ${all}: commit sent, answer lost`, commitUnanswered);
    }
  }

  /** The driver sends a commit again once; what runs again after that is decided by the conditions alone. */
  function unanswered(all: string, { step }: StepOffers): void {
    step(`joint run of ${all}: the driver repeats the commit`, (next, mine) => {
      if (commitAgain(next, mine)) committed(next, mine);
      else fallBack(next, mine);
    });
    step(`joint run of ${all}: no answer, MongoDB counts as down`, returnAll);
    step(`joint run of ${all}: no answer, MongoDB answers a ping`, (next, mine) => {
      if (broken('lost-answer-means-done')) {
        mine.unanswered = -1;
        committed(next, mine);
      } else fallBack(next, mine);
    });
  }

  return (state, run, offers) => {
    const all = run.together.map((message) => eventOf(state, message)).join('+');
    if (run.at === 'find') offers.step(`batch of ${all}: reads what is known`, find);
    if (run.at === 'mark') offers.step(`batch of ${all}: writes start marks`, mark);
    if (run.at === 'handle-together') handle(all, offers);
    if (run.at === 'commit-together') committing(state, run, all, offers);
    if (run.at === 'answer-lost') unanswered(all, offers);
  };
}

/** A mutant: the message leaves the queue before its event is settled. */
function giveUp({ queue }: State, index: number): void {
  const message = queue[index];
  if (message) message.at = 'gone';
}
