import { randomUUID } from 'node:crypto';
import type { EventInput } from '../../../client/types.ts';
import type errorReported from '../../../functions/events/error.reported.ts';
import type orderPlaced from '../../../functions/events/order.placed.ts';
import type statusChanged from '../../../functions/events/order.status.changed.ts';
import type pageViewed from '../../../functions/events/page.viewed.ts';
import type userRegistered from '../../../functions/events/user.registered.ts';

export type ShopEvent = EventInput<
  typeof errorReported | typeof orderPlaced | typeof pageViewed | typeof statusChanged | typeof userRegistered
>;

/** What must become of an event. */
export type Expectation =
  | { answer: 'accepted'; outcome: 'succeeded' | 'failed' }
  | { answer: 'accepted'; outcome: 'rejected'; reason: string }
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

/**
 * A valid event, which succeeds unless it is said otherwise. It says when it happened, so that it is the same event in every mode: the
 * CloudEvents SDK would fill in another time at each repeat.
 */
export const valid = (
  event: ShopEvent,
  expect: Expectation = { answer: 'accepted', outcome: 'succeeded' },
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

export const rejection = (reason: string): Expectation => ({ answer: 'accepted', outcome: 'rejected', reason });
export const failure: Expectation = { answer: 'accepted', outcome: 'failed' };
