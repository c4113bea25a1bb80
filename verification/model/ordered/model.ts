import type { Model } from '../checker/model.ts';
import { Offers } from '../checker/offers.ts';
import { sortUnordered } from '../checker/state.ts';
import { always, atRest } from './properties.ts';
import { isOpen, runActions } from './runs.ts';
import { sending } from './sending.ts';
import { contentOf, EVENTS, initial, type Options, type State } from './state.ts';

/** An ordered type: one message group, deduplication ids, dead letters, replay. */
export function ordered(given: Partial<Options>): Model<State> {
  const options: Options = { faults: 2, attempts: 2, replays: 1, asks: 0, overrun: false, mutant: null, ...given };
  const runs = runActions(options);
  return {
    initial: () => initial(options),
    normalize: (state) => {
      for (const list of [state.queueRemembers, state.lettersRemember, state.everTaken]) list.sort();
      sortUnordered(state.runs);
      sortUnordered(state.accepted);
      sortUnordered(state.failures);
    },
    actions: (state) => {
      const offers = new Offers<State>(state);
      ingestActions(options, state, offers);
      runs(state, offers);
      deadLetterActions(state, offers);
      deskActions(options, state, offers);
      return offers.actions;
    },
    always,
    steps: [],
    atRest,
  };
}

function ingestActions(options: Options, state: State, offers: Offers<State>): void {
  const { accept } = sending(options);
  const [first] = state.toSend;
  if (first !== undefined)
    offers.step(`ingest publishes event ${first}`, (next) => {
      next.toSend.shift();
      accept(next, first, 'A');
    });
  if (state.accepted.some(({ event, payload }) => event === 1 && payload === 'A')) {
    offers.fault('event 1A is published again (Redis emptied)', (next) => accept(next, 1, 'A'));
    offers.fault('event 1B is published: same id, other payload (Redis emptied)', (next) => accept(next, 1, 'B'));
  }
  if (state.within5Minutes)
    offers.choice('5 min over: deduplication ids are forgotten', (next) => {
      next.within5Minutes = false;
      next.queueRemembers = [];
      next.lettersRemember = [];
    });
}

function deadLetterActions(state: State, offers: Offers<State>): void {
  state.letters.forEach((letter, index) => {
    const { event, payload, replay } = letter;
    offers.step(`dead-letter function takes ${contentOf(letter)}`, (next) => {
      const record = next.records[event];
      next.letters.splice(index, 1);
      const others = next.failures.filter((one) => one.event !== event || one.payload !== payload);
      if (isOpen(record, letter)) {
        next.records[event] = { state: 'failed', payload, replay, attempts: 0 };
        next.failures = [...others, { event, payload, replay, state: 'open' }];
      } else if (record?.payload !== payload && others.length === next.failures.length)
        next.failures.push({ event, payload, replay, state: 'open' });
    });
  });
}

function deskActions(options: Options, state: State, offers: Offers<State>): void {
  const { publish } = sending(options);
  for (const event of EVENTS) {
    const record = state.records[event];
    const index = state.failures.findIndex((one) => one.event === event && one.payload === record?.payload);
    const failure = state.failures[index];
    if (!record || !failure) continue;
    const { payload } = record;
    if (failure.state === 'open' && record.state === 'failed' && failure.replay < options.replays)
      offers.choice(`desk replays event ${event}`, (next) => {
        const replay = failure.replay + 1;
        next.failures[index] = { event, payload, replay, state: 'replaying' };
        next.records[event] = { state: 'retrying', payload, replay, attempts: 0 };
        publish(next, { event, payload, replay });
      });
    if (failure.state === 'replaying' && record.state === 'retrying' && record.attempts === 0 && state.asks > 0)
      offers.choice(`desk asks again for event ${event}`, (next) => {
        next.asks--;
        publish(next, { event, payload, replay: failure.replay });
      });
  }
}
