import type { Model } from '../checker/model.ts';
import { Offers } from '../checker/offers.ts';
import { offersOfRun } from '../checker/run-offers.ts';
import { always, atRest, steps } from '../together/properties.ts';
import { normalize, serverActions } from '../together/servers.ts';
import { idleRun, initial, type Run, type State } from '../together/state.ts';
import { end, eventOf, giveBack } from '../together/writes.ts';
import { jointRunActions } from './joint-run.ts';
import type { Mutant, Options } from './options.ts';
import { singleRunActions } from './single-runs.ts';

/**
 * A type with `handle`: what is delivered together for the first time commits together, the fall-back event by event, a
 * commit whose answer is lost, with the due times of attempts.
 */
export function jointRuns(given: Partial<Options>): Model<State> {
  const options: Options = { runs: 2, faults: 2, attempts: 2, ordered: false, mutant: null, ...given };
  const servers = serverActions(options, (next, messages) => receive(options, next, messages));
  const joint = jointRunActions(options);
  const single = singleRunActions(options);
  return {
    initial: () => initial(options),
    normalize,
    actions: (state) => {
      const offers = new Offers<State>(state);
      servers(state, offers);
      state.runs.forEach((run, index) => {
        const ofRun = offersOfRun<State, Run, never>(offers, index);
        ofRun.fault(`a run dies (at '${run.at}')`, end);
        joint(state, run, ofRun);
        single(state, run, ofRun);
      });
      return offers.actions;
    },
    always,
    steps: steps(options),
    atRest,
  };
}

/** Redelivered events always run alone, and in an ordered group nothing overtakes them. */
function receive({ ordered, mutant }: Options, next: State, messages: readonly number[]): void {
  const run: Run = { ...idleRun, together: [], alone: [], again: [], toTell: [], done: [], writes: [] };
  const overtakes: Mutant = 'joint-overtakes';
  for (const index of messages) {
    const message = next.queue[index];
    if (!message) continue;
    const again = message.received;
    message.at = 'hidden';
    message.received = true;
    const taken = [...run.together, ...run.alone.map((one) => one.message)];
    if (taken.some((other) => eventOf(next, other) === message.event)) giveBack(next, index);
    else if (again || (ordered && run.alone.length > 0 && mutant !== overtakes))
      run.alone.push({ message: index, look: true });
    else run.together.push(index);
  }
  if (run.together.length > 0) run.at = 'find';
  next.runs.push(run);
}
