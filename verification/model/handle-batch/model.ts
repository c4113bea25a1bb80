import type { Model } from '../checker/model.ts';
import { Offers } from '../checker/offers.ts';
import { offersOfRun } from '../checker/run-offers.ts';
import { always, atRest, steps } from '../together/properties.ts';
import { normalize, serverActions } from '../together/servers.ts';
import { idleRun, initial, type Run, type State } from '../together/state.ts';
import { end, eventOf, giveBack } from '../together/writes.ts';
import { jointRunActions } from './joint-run.ts';
import type { Options } from './options.ts';
import { singleRunActions } from './single-runs.ts';

/**
 * A type with `handleBatch`: one transaction for a batch, the fall-back event by event, a commit whose answer is lost.
 */
export function handleBatch(given: Partial<Options>): Model<State> {
  const options: Options = {
    ...{ runs: 2, faults: 2, attempts: 2, ordered: false, mutant: null },
    ...given,
  };
  const servers = serverActions(options, receive);
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

/** Every batch is looked up. A copy goes back here, where the code lets it share the fate of the one that runs. */
function receive(next: State, messages: readonly number[]): void {
  const run: Run = { ...idleRun, at: 'find', together: [], alone: [], again: [], toTell: [], done: [], writes: [] };
  for (const index of messages) {
    const message = next.queue[index];
    if (!message) continue;
    const again = message.received;
    message.at = 'hidden';
    message.received = true;
    if (run.together.some((other) => eventOf(next, other) === message.event)) giveBack(next, index);
    else {
      run.together.push(index);
      if (again) run.again.push(index);
    }
  }
  next.runs.push(run);
}
