import type { Offers } from '../checker/offers.ts';
import { offersOfRun, type RunOffers } from '../checker/run-offers.ts';
import { sending } from './sending.ts';
import {
  contentOf,
  type EventRecord,
  isFinal,
  type Mutant,
  type Options,
  type Run,
  type Sent,
  type State,
} from './state.ts';

/** Open to the dead-letter function: not final, this replay, this fingerprint. */
export const isOpen = (record: EventRecord | null, { replay, payload }: Sent): boolean =>
  record === null || (!isFinal(record) && record.replay === replay && record.payload === payload);
/** Open to a run: not closed for its letter either. */
const holds = (record: EventRecord | null, sent: Sent): boolean => isOpen(record, sent) && record?.state !== 'failing';

/** Batches of one group, event by event in their order; settling is atomic here. */
export function runActions(options: Options): (state: State, offers: Offers<State>) => void {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;
  const { sendLetter } = sending(options);

  /** What is done leaves the queue, the rest becomes visible. */
  const close = (next: State, run: Run): void => {
    next.queue = next.queue.filter(
      (message) => message.receive !== run.receive || !run.done.includes(contentOf(message)),
    );
    for (const message of next.queue) if (message.receive === run.receive) message.receive = 0;
    next.runs = next.runs.filter((other) => other !== run);
  };
  const goOn = (next: State, run: Run): void => {
    run.place++;
    if (run.place === run.batch.length) close(next, run);
  };
  const done = (next: State, run: Run): void => {
    const sent = run.batch[run.place];
    if (sent) run.done.push(contentOf(sent));
    goOn(next, run);
  };
  /** At the first failure of a group its head gets the delay, and its followers wait behind it. */
  const comesBack = (next: State, run: Run): void => (broken('group-goes-on-after-failure') ? goOn : close)(next, run);

  function receive(state: State, offers: Offers<State>): void {
    // Nothing of a group is delivered while something of it is in flight.
    if (state.queue.some(({ receive }) => receive > 0)) return;
    for (const size of [1, 2].filter((one) => one <= state.queue.length))
      offers.step(`receives [${state.queue.slice(0, size).map(contentOf)}]`, (next) => {
        const receive = next.runs.some((run) => run.receive === 1) ? 2 : 1;
        const batch: Sent[] = [];
        const doneAlready: string[] = [];
        for (const message of next.queue.slice(0, size)) {
          message.receive = receive;
          const { event, payload, replay } = message;
          // Copies share the fate of the one that runs.
          if (batch.some((one) => contentOf(one) === contentOf(message))) continue;
          if (batch.some((one) => one.event === event) && broken('copies-dropped-by-event-key'))
            doneAlready.push(contentOf(message));
          else batch.push({ event, payload, replay });
        }
        next.runs.push({ batch, place: 0, done: doneAlready, receive });
      });
  }

  function visibility(state: State, offers: Offers<State>): void {
    if (!state.queue.some(({ receive }) => receive > 0)) return;
    const free = (next: State): void => {
      for (const message of next.queue) message.receive = 0;
    };
    if (state.runs.length === 0) offers.step('visibility runs out', free);
    else if (options.overrun && state.runs.length < 2) offers.fault('visibility runs out while the run goes on', free);
  }

  function notIts(record: EventRecord, sent: Sent, me: string, { step, fault }: RunOffers<State, Run>): void {
    const reused = record.payload !== sent.payload;
    const why = reused ? 'other fingerprint' : record.state;
    if (!reused && !(record.state === 'failing' && record.replay === sent.replay)) {
      step(`${me}: ${why}, ack`, done);
      return;
    }
    // A letter may have been lost: whoever finds `failing` sends it again.
    step(`${me}: ${why}, dead letter`, (next, mine) => {
      sendLetter(next, sent);
      done(next, mine);
    });
    fault(`${me}: ${why}, dead letter not confirmed`, comesBack);
  }

  function running(state: State, run: Run, index: number, offers: Offers<State>): void {
    const sent = run.batch[run.place];
    if (!sent) return;
    const record = state.records[sent.event];
    const me = contentOf(sent);
    const { step, fault } = offersOfRun<State, Run, never>(offers, index);
    fault(`run at ${me} crashes`, (next) => {
      next.runs.splice(index, 1);
    });
    if (record && !holds(record, sent)) {
      notIts(record, sent, me, offersOfRun<State, Run, never>(offers, index));
      return;
    }
    const attempts = (record?.attempts ?? 0) + 1;
    const set = (next: State, change: Partial<EventRecord>): void => {
      const standing = record ?? { state: 'retrying', payload: sent.payload, replay: sent.replay, attempts: 0 };
      next.records[sent.event] = { ...standing, ...change };
    };
    step(`${me}: succeeds`, (next, mine) => {
      set(next, { state: 'succeeded' });
      next.effects[sent.event]++;
      next.order.push(sent.event);
      for (const failure of next.failures)
        if (failure.event === sent.event && failure.payload === sent.payload) failure.state = 'closed';
      done(next, mine);
    });
    // Event 2 is there to be out of order; it always succeeds.
    if (sent.event === 2) return;
    step(`${me}: throws PermanentError`, (next, mine) => {
      // The record is closed to runs of this replay first (protocol: failing-before-the-letter).
      if (!broken('letter-before-record-is-closed')) return set(next, { state: 'failing' });
      sendLetter(next, sent);
      done(next, mine);
    });
    if (attempts < options.attempts)
      step(`${me}: throws`, (next, mine) => {
        set(next, { state: 'retrying', attempts });
        comesBack(next, mine);
      });
  }

  return (state, offers) => {
    receive(state, offers);
    visibility(state, offers);
    state.runs.forEach((run, index) => {
      running(state, run, index, offers);
    });
  };
}
