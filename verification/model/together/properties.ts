import type { Property, StepProperty } from '../checker/model.ts';
import { isSame } from '../checker/state.ts';
import { type CommonOptions, EVENTS, type State } from './state.ts';
import { attemptsOf, isFinal } from './writes.ts';

export const DUE_TIMES = 'P4 attempts: a copy used one up before its time';

export const steps = ({ ordered }: CommonOptions): StepProperty<State>[] => [
  {
    name: 'P3 late runs: one changed what was settled',
    holds: (before, after) =>
      EVENTS.every(
        (event) =>
          !isFinal(before.records[event]) ||
          (isSame(before.records[event], after.records[event]) && before.effects[event] === after.effects[event]),
      ),
  },
  {
    name: DUE_TIMES,
    holds: (before, after) =>
      EVENTS.every(
        (event) => before.records[event]?.due !== false || attemptsOf(after, event) <= attemptsOf(before, event),
      ),
  },
  {
    name: 'order: Y took effect before X was decided',
    holds: (before, after) =>
      !ordered ||
      after.effects.Y === before.effects.Y ||
      isFinal(after.records.X) ||
      after.records.X?.state === 'failing',
  },
];

const ofEach = (holds: (state: State, event: (typeof EVENTS)[number]) => boolean) => (state: State) =>
  EVENTS.every((event) => holds(state, event));

export const always: Property<State>[] = [
  { name: 'P2 one effect: more than one', holds: ofEach(({ effects }, event) => effects[event] <= 1) },
  {
    name: 'P2 one effect: an effect whose record does not say succeeded',
    holds: ofEach(({ effects, records }, event) => effects[event] === 0 || records[event]?.state === 'succeeded'),
  },
  {
    name: 'P2 one effect: recorded as succeeded without effect',
    holds: ofEach(({ effects, records }, event) => records[event]?.state !== 'succeeded' || effects[event] > 0),
  },
  {
    name: "P4 attempts: one was counted that was none of the event's own",
    holds: ofEach((state, event) => attemptsOf(state, event) <= (event === 'X' ? state.thrown : 0)),
  },
  {
    name: 'status: an event was told what its record does not say',
    holds: ofEach(({ told, records }, event) => told[event] === '' || told[event] === records[event]?.state),
  },
];

export const atRest: Property<State>[] = [
  { name: 'P1 nothing is lost: an event never ends', holds: ofEach(({ records }, event) => isFinal(records[event])) },
];
