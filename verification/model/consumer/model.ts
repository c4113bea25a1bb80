import type { Model } from '../checker/model.ts';
import { Offers } from '../checker/offers.ts';
import { hashOf, sortUnordered } from '../checker/state.ts';
import { deadLetterActions } from './dead-letters.ts';
import { deskActions } from './desk.ts';
import type { Options } from './options.ts';
import { projectionActions } from './projections.ts';
import { always, atRest, steps } from './properties.ts';
import { queueActions } from './queue.ts';
import { resultActions } from './results.ts';
import { runActions } from './runs.ts';
import { type Actor, initial, type State } from './state.ts';

/** One event id from SQS to its end: runs, settling, projections, dead letters, replay, results. */
export function consumer(given: Partial<Options>): Model<State, Actor> {
  const options: Options = {
    accepted: ['A'],
    outcomes: ['succeeded', 'error', 'permanent'],
    ...{ runs: 2, faults: 2, attempts: 2, replays: 1, asks: 1 },
    ...{
      projections: false,
      rebuild: false,
      wrongKind: false,
      movedBySqs: false,
      results: false,
      edit: false,
      mutant: null,
    },
    ...given,
  };
  const runs = runActions(options);
  const deadLetters = deadLetterActions(options);
  const desk = deskActions(options);
  return {
    initial: () => initial(options),
    normalize,
    actions: (state) => {
      const offers = new Offers<State, Actor>(state);
      queueActions(options, state, offers);
      runs(state, offers);
      deadLetters(state, offers);
      desk(state, offers);
      projectionActions(options, state, offers);
      resultActions(options, state, offers);
      return offers.actions;
    },
    always: always(options),
    steps,
    atRest: atRest(options),
  };
}

function normalize(state: State): void {
  for (const run of state.runs) {
    if (run.at !== 'handle') run.doomed = false;
    if (run.at !== 'send-letter' && run.at !== 'close-record') run.cause = '';
    if (!['mark', 'handle', 'count-attempt', 'close-record'].includes(run.at)) run.attemptsSeen = 0;
  }
  numberMessages(state);
  sortUnordered(state.runs);
  sortUnordered(state.letters);
  sortUnordered(state.toPublish);
}

/** Messages have no order: their numbers follow from what they are and whose runs hold them. */
function numberMessages(state: State): void {
  const { runs } = state;
  if (state.queue.length > 1)
    state.queue = state.queue
      .map((message) => {
        const holders = runs.filter((run) => run.message === message.id).map((run) => hashOf({ ...run, message: 0 }));
        return { message, order: hashOf([{ ...message, id: 0 }, holders.sort()]) };
      })
      .sort((one, other) => one.order - other.order)
      .map(({ message }) => message);
  const numbers = new Map(state.queue.map(({ id }, number) => [id, number]));
  for (const run of runs) run.message = numbers.get(run.message) ?? -1;
  state.queue.forEach((message, number) => {
    message.id = number;
  });
}
