import type { Run, State } from '../together/state.ts';
import {
  attemptsOf,
  commitAgain,
  commitUnanswered,
  eventOf,
  giveBack,
  holds,
  isFinal,
  isLocked,
  remove,
  settle,
  write,
} from '../together/writes.ts';
import type { Mutant, Options } from './options.ts';
import { type Change, goOn, type StepOffers } from './single-runs.ts';

/**
 * Every event of it runs alone, as if the joint run had not been; where nobody looked before, what is known is looked at now (`conclude` in
 * lib/consume/join.ts).
 */
function fallBack(next: State, run: Run): void {
  const isKnown = (message: number): boolean => run.unseen && next.records[eventOf(next, message)] !== null;
  const alone = run.together.map((message) => ({ message, look: isKnown(message), late: isKnown(message) }));
  run.alone = [...alone, ...run.alone];
  run.together = [];
  goOn(next, run);
}

/**
 * Events that are delivered for the first time run one handler after another in one transaction
 * (lib/consume/joint-run.ts).
 */
export function jointRunActions(options: Options): (state: State, run: Run, offers: StepOffers) => void {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  const begin: Change = (next, run) => {
    run.at = 'handle-together';
    run.writes = run.together.map((message) => eventOf(next, message));
    run.doomed = false;
  };

  /** What is known of its events, in one find: those with a record take no part. */
  function find(next: State, run: Run): void {
    const known = run.together.filter((message) => next.records[eventOf(next, message)] !== null);
    const looks = (messages: readonly number[]) => messages.map((message) => ({ message, look: true }));
    const isOpen = (message: number): boolean => holds(next.records[eventOf(next, message)]);
    // An ordered group keeps its order: behind one that is known and not decided nothing runs jointly.
    if (options.ordered && known.some(isOpen) && !broken('joint-overtakes')) {
      const inOrder = run.together;
      run.alone = [...looks(inOrder), ...run.alone.filter(({ message }) => !inOrder.includes(message))];
      run.together = [];
    } else {
      run.alone = [...looks(known), ...run.alone];
      run.together = run.together.filter((message) => !known.includes(message));
    }
    if (run.together.length === 0) {
      goOn(next, run);
      return;
    }
    begin(next, run);
  }

  function handle(run: Run, all: string, { step, fault }: StepOffers): void {
    step(`joint run of ${all}: all handlers end`, (next, mine) => {
      mine.at = 'commit-together';
      if (broken('ack-before-commit')) for (const message of mine.together) remove(next, message);
      if (broken('tells-before-commit')) for (const event of mine.writes) next.told[event] = 'succeeded';
    });
    if (run.writes.includes('X'))
      step(`joint run of ${all}: handler of X throws`, (next, mine) => {
        if (broken('joint-keeps-part') && mine.writes.includes('Y')) next.effects.Y++;
        if (broken('joint-counts-attempt'))
          for (const event of mine.writes) write(next, event, { attempts: attemptsOf(next, event) + 1 });
        if (!broken('joint-skips-thrower')) return fallBack(next, mine);
        mine.withoutX = true;
        mine.at = 'commit-together';
      });
    fault(`joint run of ${all}: MongoDB fails, infrastructure return`, returnAll);
  }

  /** In an ordered type its followers go back too. */
  function returnAll(next: State, run: Run): void {
    const behind = options.ordered ? run.alone.map(({ message }) => message) : [];
    for (const message of [...run.together, ...behind]) giveBack(next, message);
    run.alone = options.ordered ? [] : run.alone;
    run.together = [];
    run.unanswered = -1;
    goOn(next, run);
  }

  function commit(next: State, run: Run): void {
    for (const event of run.writes)
      if (holds(next.records[event]) && !(run.withoutX && event === 'X')) settle(next, event);
      else next.effects[event]++;
    const left = run.together.filter((message) => run.withoutX && eventOf(next, message) === 'X');
    run.toTell = run.together.filter((message) => !left.includes(message));
    run.alone.unshift(...left.map((message) => ({ message, look: false })));
    run.withoutX = false;
    run.together = [];
    goOn(next, run);
  }

  function committing(state: State, run: Run, all: string, { step, fault }: StepOffers): void {
    const locked = run.writes.some((event) => isLocked(state, event));
    // Of none of them a record was found, so all are inserted: one that stands by now refuses them, whatever it is.
    const fails = run.doomed || locked || run.writes.some((event) => state.records[event] !== null);
    if (fails && broken('joint-settles-what-holds') && !locked) step(`joint run of ${all}: commits what holds`, commit);
    else if (fails)
      step(`joint run of ${all}: a condition does not hold`, (next, mine) => {
        mine.withoutX = false;
        fallBack(next, mine);
      });
    else {
      step(`joint run of ${all}: commits`, commit);
      if (!run.withoutX) fault(`joint run of ${all}: commit sent, answer lost`, commitUnanswered);
    }
  }

  /**
   * The commit is repeated while time lasts, then the records are read; the conditions alone decide what runs again.
   */
  function unanswered(all: string, { step }: StepOffers): void {
    step(`joint run of ${all}: repeats the commit`, (next, mine) => {
      if (!commitAgain(next, mine)) return fallBack(next, mine);
      mine.toTell = mine.together;
      mine.together = [];
      goOn(next, mine);
    });
    step(`joint run of ${all}: no answer, MongoDB counts as down`, returnAll);
    step(`joint run of ${all}: time is up, reads the records`, (next, mine) => {
      mine.unanswered = -1;
      const isDone = (message: number) =>
        isFinal(next.records[eventOf(next, message)]) || broken('lost-answer-means-done');
      mine.toTell = mine.together.filter(isDone);
      mine.together = mine.together.filter((message) => !isDone(message));
      fallBack(next, mine);
    });
  }

  return (state, run, offers) => {
    const all = run.together.map((message) => eventOf(state, message)).join('+');
    if (run.at === 'find') {
      offers.step(`joint run of ${all}: reads what is known`, find);
      // Where no copies came of late.
      offers.step(`joint run of ${all}: looks nothing up`, (next, mine) => {
        begin(next, mine);
        mine.unseen = true;
      });
      // After a fall-back this environment runs singly for a while: nothing is looked up.
      offers.step(`batch of ${all}: runs singly`, fallBack);
    }
    if (run.at === 'handle-together') handle(run, all, offers);
    if (run.at === 'commit-together') committing(state, run, all, offers);
    if (run.at === 'answer-lost') unanswered(all, offers);
  };
}
