import type { Offers } from '../checker/offers.ts';
import { sortUnordered } from '../checker/state.ts';
import { type CommonOptions, EVENTS, type State } from './state.ts';
import { holds, isFinal, settle, write } from './writes.ts';

/** What SQS, MongoDB and the dead-letter function do, whatever a run is doing. */
export function serverActions(
  { ordered, runs }: CommonOptions,
  receive: (next: State, messages: readonly number[]) => void,
): (state: State, offers: Offers<State>) => void {
  function deliver(state: State, offers: Offers<State>): void {
    const there = state.queue.map((_, index) => index).filter((index) => state.queue[index]?.at !== 'gone');
    const ready = there.filter((index) => state.queue[index]?.at === 'visible');
    const batches = ordered ? inOrder(there, ready) : inAnyOrder(ready);
    if (state.runs.length < runs)
      for (const batch of batches) {
        const names = batch.map((index) => {
          const message = state.queue[index];
          return message ? message.event + (message.received ? ' again' : '') : '';
        });
        offers.step(`receives [${names}]`, (next) => receive(next, batch));
      }
    for (const index of there) {
      const message = state.queue[index];
      if (!message) continue;
      const { event, at, received } = message;
      const free = (next: State): void => {
        for (const other of ordered ? there : [index]) {
          const freed = next.queue[other];
          if (freed) freed.at = 'visible';
        }
      };
      if (at === 'hidden' && !isHeld(state, index)) offers.step(`visibility of ${event} runs out`, free);
      else if (at === 'hidden') offers.fault(`visibility of ${event} runs out while its run goes on`, free);
      else if (at === 'visible' && !ordered && !received && state.queue.length < 3)
        offers.fault(`SQS holds a second copy of ${event}`, (next) => {
          next.queue.push({ event, at: 'visible', received: false });
        });
    }
  }

  function backoff(state: State, offers: Offers<State>): void {
    for (const event of EVENTS) {
      const record = state.records[event];
      if (record?.due !== false || !holds(record)) continue;
      offers.step(`the backoff of ${event} passes`, (next) => {
        const waiting = next.records[event];
        if (waiting) waiting.due = true;
        for (const message of next.queue)
          if (message.event === event && message.at === 'waiting') message.at = 'visible';
      });
    }
    // What waits for an attempt of a record that is closed by now is looked at all the same.
    state.queue.forEach(({ event, at }, index) => {
      if (at !== 'waiting' || holds(state.records[event])) return;
      offers.step(`the delay of a message of ${event} passes`, (next) => {
        const message = next.queue[index];
        if (message) message.at = 'visible';
      });
    });
  }

  return (state, offers) => {
    deliver(state, offers);
    backoff(state, offers);
    state.inDoubt.forEach((transaction, index) => {
      if (transaction.state !== 'open') return;
      offers.step('the server ends the transaction: committed', (next) => {
        for (const event of transaction.writes) settle(next, event);
        const ended = next.inDoubt[index];
        if (ended) ended.state = 'committed';
      });
      offers.step('the server ends the transaction: aborted', (next) => {
        const ended = next.inDoubt[index];
        if (ended) ended.state = 'aborted';
      });
    });
    state.letters.forEach((event, index) => {
      offers.step(`dead-letter function on ${event}`, (next) => {
        next.letters.splice(index, 1);
        if (!isFinal(next.records[event])) write(next, event, { state: 'failed' });
        next.told[event] = next.records[event]?.state ?? '';
      });
    });
  };
}

/** The batches that may be received of a group: its first one or two, while nothing of it is in flight. */
const inOrder = (there: readonly number[], ready: readonly number[]): number[][] =>
  ready.length < there.length ? [] : [1, 2].filter((size) => size <= ready.length).map((size) => ready.slice(0, size));

const inAnyOrder = (ready: readonly number[]): number[][] => [
  ...ready.map((one) => [one]),
  ...ready.flatMap((one) => ready.filter((other) => other !== one).map((other) => [one, other])),
];

const isHeld = ({ runs }: State, message: number): boolean =>
  runs.some(
    ({ current, together, toTell, done, alone }) =>
      current === message ||
      [...together, ...toTell, ...done].includes(message) ||
      alone.some((one) => one.message === message),
  );

/** Runs have no order; what nobody asks after any more is dropped. */
export function normalize(state: State): void {
  const { runs } = state;
  state.inDoubt = state.inDoubt.filter(
    (transaction) => transaction.state === 'open' || runs.some(({ unanswered }) => unanswered === transaction.id),
  );
  const numbers = new Map(state.inDoubt.map(({ id }, number) => [id, number]));
  for (const run of runs) run.unanswered = numbers.get(run.unanswered) ?? -1;
  state.inDoubt.forEach((transaction, number) => {
    transaction.id = number;
  });
  state.letters.sort();
  sortUnordered(runs);
}
