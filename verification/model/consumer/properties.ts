import type { Property, StepProperty } from '../checker/model.ts';
import { isSame } from '../checker/state.ts';
import { isUnseen } from './desk.ts';
import type { Mutant, Options } from './options.ts';
import { PAYLOADS } from './payload.ts';
import { isFinal, isMessage } from './record.ts';
import type { Actor, State } from './state.ts';

/** A run whose replay is over, or was overtaken, changes nothing. */
export const steps: StepProperty<State, Actor>[] = [
  {
    name: 'P3 late runs: one replaced a newer result',
    holds: (before, after, by) =>
      !by || !before.settled || !after.settled || after.settled.replay >= before.settled.replay,
  },
  {
    name: 'P3 late runs: one changed effect, record or failure',
    holds: (before, after, by) => {
      const { record } = before;
      if (!by || !record) return true;
      const late = record.replay > by.replay || (isFinal(record) && record.replay === by.replay);
      if (!late) return true;
      const { payload } = record;
      return (
        after.record !== null &&
        isSame({ ...record, projection: '' }, { ...after.record, projection: '' }) &&
        isSame(before.effects, after.effects) &&
        isSame(before.failures[payload], after.failures[payload])
      );
    },
  },
];

export function always(options: Options): Property<State>[] {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;
  const { accepted, results } = options;

  /** The record is open: is a message of it left, or a way to get one? */
  const goesOn = (state: State): boolean => {
    const { record, queue, letters, toPublish } = state;
    if (!record || isFinal(record)) return true;
    const underWay = [...queue, ...letters, ...toPublish].some((one) => isMessage(one, record));
    return underWay || (state.failures[record.payload]?.state === 'replaying' && isUnseen(state, record.payload));
  };
  /** What GET without MongoDB, and POST of a duplicate, look for in Redis. */
  const known = ({ outcome }: State) => outcome;

  return [
    { name: 'P2 one effect: more than one', holds: ({ effects }) => effects.A + effects.B <= 1 },
    {
      name: 'P2 one effect: an effect whose record does not say succeeded',
      holds: ({ effects, record }) =>
        broken('effect-outside-transaction') ||
        PAYLOADS.every(
          (payload) => effects[payload] === 0 || (record?.state === 'succeeded' && record.payload === payload),
        ),
    },
    {
      name: 'P2 one effect: recorded as succeeded without effect',
      holds: ({ effects, record }) => record?.state !== 'succeeded' || effects[record.payload] > 0,
    },
    {
      name: 'P1 nothing is lost: an accepted payload vanished',
      holds: ({ record, failures, queue, letters }) =>
        accepted.every(
          (payload) =>
            record?.payload === payload ||
            failures[payload] !== null ||
            [...queue, ...letters].some((one) => one.payload === payload),
        ),
    },
    {
      name: 'P5 failures: failed without a failure to see',
      holds: ({ record, failures }) => record?.state !== 'failed' || failures[record.payload] !== null,
    },
    {
      name: 'P5 failures: a letter that SQS holds is contradicted by a late run',
      holds: ({ letters, record }) =>
        record === null ||
        (record.state !== 'succeeded' && record.state !== 'rejected') ||
        letters.every((letter) => letter.cause !== 'failed' || !isMessage(letter, record)),
    },
    { name: 'P1 nothing is lost: an open event without a message or a way to get one', holds: goesOn },
    {
      name: 'P5 failures: closed by an edited replay, and the new event lost',
      holds: ({ failures, replacement }) =>
        replacement !== '' || accepted.every((payload) => failures[payload]?.state !== 'replaced'),
    },
    {
      name: 'P2 one effect: a projection applied twice',
      holds: ({ applied }) => applied.every((times) => times <= 1),
    },
    {
      name: 'status: an outcome could be seen, and GET says accepted',
      holds: (state) =>
        !results ||
        !broken('bare-claim-answers-accepted') ||
        !state.record ||
        !isFinal(state.record) ||
        known(state) !== null,
    },
    {
      name: 'status: an outcome was told, and POST says accepted',
      holds: (state) =>
        !results ||
        !state.record ||
        !isFinal(state.record) ||
        state.told?.replay !== state.record.replay ||
        known(state) !== null,
    },
  ];
}

export const atRest = ({ accepted, projections }: Options): Property<State>[] => [
  {
    name: 'P5 failures: one is left in replaying, and nothing is on its way',
    holds: (state) =>
      accepted.every((payload) => state.failures[payload]?.state !== 'replaying' || isUnseen(state, payload)),
  },
  {
    name: 'P2 one effect: a projection left pending without a message',
    // What was refused while a rebuild went on may stay pending although the coming generation has it: the next one
    // marks it.
    holds: ({ record, refused }) => record?.projection !== 'pending' || refused,
  },
  {
    name: 'P2 one effect: the projection differs from the effect',
    holds: ({ applied, current, effects }) => !projections || applied[current] === effects.A + effects.B,
  },
];
