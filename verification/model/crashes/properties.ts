import type { Property } from '../checker/model.ts';
import { EVENTS, type Options, type State } from './state.ts';

export const always = ({ attempts }: Options): Property<State>[] => [
  {
    name: 'P4 neighbours, P9 outages: dead-lettered after fewer failures of its own than it has attempts',
    holds: ({ events, ownFailures }) =>
      EVENTS.every((event) => events[event].end !== 'dead-lettered' || ownFailures[event] >= attempts),
  },
  {
    name: 'P4 neighbours: delayed more than twice by a process killer',
    holds: ({ delays, overlapped }) => delays.I <= 2 || overlapped,
  },
  {
    name: 'P4 attempts: a death was counted twice, or of a run that did not die alone',
    holds: ({ crashesCounted, deathsAlone }) => EVENTS.every((event) => crashesCounted[event] <= deathsAlone[event]),
  },
];

export const atRest: Property<State>[] = [
  {
    name: 'P1 nothing is lost: an event never ends',
    holds: ({ events }) => EVENTS.every((event) => events[event].end !== ''),
  },
];
