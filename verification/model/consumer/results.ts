import type { Offers } from '../checker/offers.ts';
import type { Options } from './options.ts';
import type { Actor, State, Told } from './state.ts';

/**
 * One script stores outcome and settled event, over nothing or the same or a lower replay
 * (protocol: newest-replay-tells).
 */
export function tell({ mutant }: Options, next: State, told: Told): void {
  const newer = (standing: Told | null): boolean => standing === null || standing.replay <= told.replay;
  if ((newer(next.outcome) && newer(next.settled)) || mutant === 'result-stored-blindly') {
    next.outcome = { ...told };
    next.settled = { ...told };
  }
  if (newer(next.told)) next.told = { ...told };
}

/**
 * The desk takes away what Redis knows of lower replays, and nothing else: the replay itself may have been told by
 * now.
 */
export function forget({ mutant }: Options, next: State, replay: number): void {
  const blindly = mutant === 'desk-forgets-blindly';
  if (next.outcome && (next.outcome.replay < replay || blindly)) next.outcome = null;
  if (next.settled && (next.settled.replay < replay || blindly)) next.settled = null;
}

export function resultActions({ results, mutant }: Options, state: State, offers: Offers<State, Actor>): void {
  if (!results || !state.settled) return;
  offers.choice('the settled event expires', (next) => {
    next.settled = null;
    // The outcome word lives as long as the claim (protocol: nothing-seems-to-go-back).
    if (mutant === 'claim-keeps-no-outcome') next.outcome = null;
  });
}
