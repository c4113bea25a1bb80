import type { Model, Property, StepProperty } from '../checker/model.ts';
import { ingestActions } from './actions.ts';
import { type Actor, initial, type Options, PAYLOADS, type State } from './state.ts';

const always: Property<State>[] = [{ name: 'P2 one effect: more than one', holds: ({ effects }) => effects <= 1 }];

const steps: StepProperty<State, Actor>[] = [
  {
    name: 'P7 one id: two requests in flight for it inside 5 s',
    holds: ({ holder }, _, by) => !by || !('claims' in by) || holder === null || holder === by.claims,
  },
  {
    name: 'P7 one id: id and payload were acknowledged before, and are refused now',
    holds: ({ acknowledged, redisWorked, inWindow }, _, by) =>
      !by || !('refused' in by) || !(acknowledged[by.refused] && redisWorked[by.refused] && inWindow),
  },
  {
    name: 'P1 nothing is lost: 2xx although SQS does not hold the event',
    holds: (_, { taken }, by) => !by || !('accepted' in by) || taken[by.accepted],
  },
  {
    name: 'P7 one id: two payloads acknowledged while Redis answered',
    holds: ({ acknowledged, redisWorked, inWindow }, _, by) =>
      !by ||
      !('accepted' in by) ||
      !(acknowledged[by.accepted === 'A' ? 'B' : 'A'] && redisWorked.A && redisWorked.B && inWindow),
  },
];

const atRest: Property<State>[] = [
  {
    name: 'P7 one id: a payload vanished',
    holds: ({ taken, record, failures }) =>
      PAYLOADS.every((payload) => !taken[payload] || record === payload || failures[payload]),
  },
];

/** Claims, publication and confirmation of one event id (lib/ingest/ingest.ts, lib/ingest/claim.ts). */
export function ingest(given: Partial<Options>): Model<State, Actor> {
  const options: Options = { requests: ['A', 'A', 'B', 'B'], faults: 2, mutant: null, ...given };
  return {
    initial: () => initial(options),
    normalize: ({ late }) => {
      late.sort();
    },
    actions: ingestActions(options),
    always,
    steps,
    atRest,
  };
}
