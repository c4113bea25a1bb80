import type { Model } from '../checker/model.ts';
import { Offers } from '../checker/offers.ts';
import { offersOfRun } from '../checker/run-offers.ts';
import { sortUnordered } from '../checker/state.ts';
import { endRun, preparing } from './prepare.ts';
import { always, atRest } from './properties.ts';
import { handling } from './run.ts';
import { EVENTS, type EventName, initial, type Options, type Run, type State } from './state.ts';

/**
 * Process killers: start marks, deaths that count as attempts, suspects that run alone, outages. Settling is atomic
 * here.
 */
export function crashes(given: Partial<Options>): Model<State> {
  const options: Options = {
    ...{ attempts: 2, faults: 2, runs: 2, throws: false, overlap: true, lateMarks: false, mutant: null },
    ...given,
  };
  const prepare = preparing(options);
  const run = handling(options);
  return {
    initial: () => initial(options),
    normalize,
    actions: (state) => {
      const offers = new Offers<State>(state);
      queueActions(options, state, offers);
      state.lateMarks.forEach(({ event, run: id, alone }, index) => {
        offers.step(`a start mark of ${event} is written late`, (next) => {
          next.lateMarks.splice(index, 1);
          const one = next.events[event];
          // Declared void before it came: whoever reads it looks that up.
          const state = options.mutant === 'unanswered-mark-withdrawn-only' ? 'dead' : 'void';
          if (one.end === '') one.marks.push({ run: id, alone, state });
        });
      });
      state.runs.forEach((one, index) => {
        const ofRun = offersOfRun<State, Run, never>(offers, index);
        const me = `[${one.batch.map(({ event }) => event)}]${one.alone ? ' alone' : ''}`;
        prepare(state, one, me, ofRun);
        if (one.at === 'run') run(state, one, me, ofRun);
      });
      return offers.actions;
    },
    always: always(options),
    steps: [],
    atRest,
  };
}

function queueActions({ runs, overlap }: Options, state: State, offers: Offers<State>): void {
  const { events } = state;
  const ready = EVENTS.filter((event) => events[event].visible && events[event].end === '');
  const both: EventName[][] =
    ready.length === 2
      ? [
          ['K', 'I'],
          ['I', 'K'],
        ]
      : [];
  if (state.runs.length < runs)
    for (const batch of [...ready.map((event) => [event]), ...both]) {
      const names = batch.map((event) => event + (events[event].received ? ' again' : ''));
      offers.step(`receives [${names}]`, (next) => receive(next, batch));
    }
  for (const event of EVENTS) {
    const { visible, end } = events[event];
    if (visible || end !== '') continue;
    const held = state.runs.some(({ batch, exhausted, handBack }) =>
      [...batch.map((one) => one.event), ...exhausted.map((one) => one.event), ...handBack].includes(event),
    );
    if (!held)
      offers.step(`visibility of ${event} runs out`, (next) => {
        next.events[event].visible = true;
      });
    else if (overlap)
      offers.fault(`visibility of ${event} runs out while its run goes on`, (next) => {
        next.events[event].visible = true;
        next.overlapped = true;
      });
  }
}

function receive(next: State, names: readonly EventName[]): void {
  const batch = names.map((event) => {
    const one = next.events[event];
    const again = one.received;
    one.visible = false;
    one.received = true;
    return { event, again, died: [], crashes: 0, suspect: false };
  });
  const marks = EVENTS.flatMap((event) => next.events[event].marks.map((mark) => mark.run));
  const others = [...next.runs.map((run) => run.id), ...next.lateMarks.map((mark) => mark.run), ...marks];
  const id = 1 + Math.max(0, ...others);
  // First deliveries are neither looked up nor marked.
  const at = batch.some(({ again }) => again) ? 'read' : 'run';
  next.runs.push({ id, at, batch, exhausted: [], handBack: [], alone: false });
}

/** Numbers of runs say only which mark is whose. */
function normalize(state: State): void {
  for (const event of EVENTS) if (state.events[event].end !== '') state.events[event].marks = [];
  for (const run of [...state.runs])
    if (run.batch.length + run.exhausted.length + run.handBack.length === 0) endRun(state, run);
  const marks = EVENTS.flatMap((event) => state.events[event].marks);
  const died = state.runs.flatMap(({ batch }) => batch.flatMap((one) => one.died));
  const ids = [...state.runs.map(({ id }) => id), ...marks.map(({ run }) => run), ...died];
  const known = [...new Set([...ids, ...state.lateMarks.map(({ run }) => run)])].sort((one, other) => one - other);
  const numbers = new Map(known.map((id, number) => [id, number + 1]));
  const numberOf = (id: number): number => numbers.get(id) ?? 0;
  for (const run of state.runs) {
    run.id = numberOf(run.id);
    for (const one of run.batch) one.died = one.died.map(numberOf);
    for (const one of run.exhausted) one.died = [];
  }
  for (const mark of [...marks, ...state.lateMarks]) mark.run = numberOf(mark.run);
  sortUnordered(state.runs);
  sortUnordered(state.lateMarks);
  for (const event of EVENTS) sortUnordered(state.events[event].marks);
}
