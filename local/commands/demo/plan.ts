import { randomUUID } from 'node:crypto';
import type { AnyDefinition, EventInput } from '../../../client/types.ts';

/** What must become of an event. */
export type Expectation =
  | { answer: 'accepted'; outcome: 'succeeded' | 'failed' }
  | { answer: 'accepted'; outcome: 'rejected'; reason: string }
  /** What an example becomes is its handler's affair: a database may hold what it asks for, or not. */
  | { answer: 'accepted'; outcome: 'any' }
  | { answer: 'duplicate' }
  | { answer: 'refused'; code: string };

export interface Planned {
  event: EventInput & { id: string; time: string };
  expect: Expectation;
}

/** How events travel: the client's JSON, alone or in an array, or CloudEvents in one of its three modes. */
export type Mode = 'single' | 'array' | 'structured' | 'binary' | 'batch';

export interface Step {
  mode: Mode;
  events: Planned[];
  /** Waits for the outcome, and measures how long it took; single events alone. */
  wait?: true;
}

/** What one visitor's client does, one step after another. */
export type Journey = Step[];

const succeeds: Expectation = { answer: 'accepted', outcome: 'succeeded' };
export const failure: Expectation = { answer: 'accepted', outcome: 'failed' };
export const rejection = (reason: string): Expectation => ({ answer: 'accepted', outcome: 'rejected', reason });

/**
 * A valid event, which succeeds unless it is said otherwise. It says when it happened, so that it is the same event in every mode: the
 * CloudEvents SDK would fill in another time at each repeat.
 * @typeParam Definition the event types that it may be of
 */
export const valid = <Definition extends AnyDefinition = AnyDefinition>(
  event: EventInput<Definition>,
  expect: Expectation = succeeds,
): Planned => ({ event: { ...event, id: randomUUID(), time: new Date().toISOString() }, expect });

/** An event that is refused at the door. */
export const refused = (event: EventInput, code: string): Planned => ({
  event: { ...event, id: event.id ?? randomUUID(), time: new Date().toISOString() },
  expect: { answer: 'refused', code },
});

/** The same event once more, as a client sends it that never saw the first answer. */
export const repeated = ({ event }: Planned): Planned => ({ event, expect: { answer: 'duplicate' } });

export const single = (planned: Planned): Step => ({ mode: 'single', events: [planned] });
export const awaited = (planned: Planned): Step => ({ mode: 'single', events: [planned], wait: true });
export const together = (mode: Mode, events: Planned[]): Step => ({ mode, events });

export const plannedIn = (journeys: readonly Journey[]): Planned[] =>
  journeys.flatMap((journey) => journey.flatMap(({ events }) => events));
