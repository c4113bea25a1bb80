import type { Property } from '../checker/model.ts';
import { EVENTS, isFinal, type State } from './state.ts';

export const always: Property<State>[] = [
  {
    name: 'P1 nothing is lost: SQS accepted a message and will never deliver it',
    holds: ({ swallowed }) => swallowed === '',
  },
  { name: 'P2 one effect: more than one', holds: ({ effects }) => EVENTS.every((event) => effects[event] <= 1) },
  {
    name: 'order: event 2 ran before event 1 had ended',
    holds: ({ order, records: { 1: first }, letterSent }) =>
      !order.includes(2) ||
      order.includes(1) ||
      letterSent[1] ||
      (first !== null && (isFinal(first) || first.payload === 'B')),
  },
  {
    // A replay comes after what went past it.
    name: 'order: the effect of event 1 came after that of event 2',
    holds: ({ order, records: { 1: first } }) =>
      !order.includes(2) || order.indexOf(1) < order.indexOf(2) || first?.replay !== 0 || first.payload !== 'A',
  },
  {
    name: 'P1 nothing is lost: an accepted event vanished',
    holds: ({ accepted, queue, letters, records, failures }) =>
      accepted.every(({ event, payload }) => {
        const isIt = (one: { event: number; payload: string }) => one.event === event && one.payload === payload;
        const record = records[event];
        return (
          [...queue, ...letters, ...failures].some(isIt) ||
          (record !== null && record.payload === payload && isFinal(record))
        );
      }),
  },
];

export const atRest: Property<State>[] = [
  {
    name: 'P5 failures: an event or a replay never ends',
    holds: ({ failures, records }) =>
      failures.every(({ state }) => state !== 'replaying') &&
      EVENTS.every((event) => {
        const record = records[event];
        return record === null || isFinal(record);
      }),
  },
];
