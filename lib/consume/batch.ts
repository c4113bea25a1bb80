import { eventFields, logEvents } from '../core/log-fields.ts';
import type { Thrown } from '../core/thrown.ts';
import type { Breaker } from './breaker.ts';
import type { Copies } from './copies.ts';
import { fateOf } from './decide.ts';
import type { State } from './delivery.ts';
import type { Fact } from './facts.ts';
import type { Fates } from './fates.ts';
import type { Guards } from './guards.ts';
import type { Joining } from './joining.ts';
import type { ConsumeOptions, ConsumePorts } from './ports.ts';
import type { createSettling } from './settle.ts';
import { tellSettled } from './tell-settled.ts';

/** What the steps of one batch share: what they need, and where they write down what becomes of each delivery. */
export interface Batch {
  readonly options: ConsumeOptions;
  readonly ports: ConsumePorts;
  readonly breaker: Breaker;
  readonly joining: Joining;
  readonly copies: Copies;
  readonly guards: Guards;
  readonly fates: Fates;
  /** Milliseconds until the function's time is up. */
  remainingMs(): number;
  /** Decides what becomes of a delivery, doing what that takes (decide.ts). Never throws. */
  settle(state: State, fact: Fact): Promise<void>;
  /**
   * They come back as in an outage, at no cost. Of an ordered group its head alone is hidden: a follower that is
   * hidden longer would hold up the group after its head is back (protocol: head-and-followers).
   */
  hold(states: readonly State[]): void;
  /**
   * A dependency is down: the messages come back at no cost of an attempt, and the breaker opens
   * (protocol: no-attempt-for-an-outage).
   */
  outage(states: readonly State[], error: Thrown): void;
}

export function createBatch(
  shared: Omit<Batch, 'settle' | 'hold' | 'outage'>,
  settling: ReturnType<typeof createSettling>,
): Batch {
  const { options, ports, breaker, fates, guards } = shared;
  const { orderedBy, type } = options.definition;

  const hold = (states: readonly State[]): void => {
    const heads = new Set<string>();
    for (const state of states) {
      const follows = orderedBy !== undefined && heads.has(state.group);
      heads.add(state.group);
      fates.decide(state, fateOf({ kind: 'outage', follows }, state.receives, ports.random));
    }
  };
  const noteOutage = (states: readonly State[], { code, message: reason }: Thrown): void => {
    if (!breaker.open) ports.metrics.add('BreakerOpened', type, 1);
    breaker.trip();
    const events = states.map(({ message }) => eventFields(message));
    logEvents(ports.log.warn, 'returned for infrastructure', events, { code, reason });
  };

  return {
    ...shared,
    hold,
    outage: (states, error) => {
      noteOutage(states, error);
      hold(states);
    },
    settle: async (state, fact) => {
      const working = settling(state, fact);
      guards.cut();
      const ended = await working;
      if (ended.outage) noteOutage([state], ended.outage);
      fates.reached(ended.state);
      fates.decide(ended.state, ended.fate);
      if (!ended.settled) return;
      fates.settled(ended.settled);
      tellSettled(ended.state, ended.settled, ports);
    },
  };
}
