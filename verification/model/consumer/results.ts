import type { Offers } from '../checker/offers.ts';
import type { Actor, Options, State, Told } from './state.ts';

/** One script stores outcome and settled event, over nothing or the same or a lower replay (protocol: newest-replay-tells). */
export function tell({ mutant }: Options, next: State, told: Told): void {
  const newer = (standing: Told | null): boolean => standing === null || standing.replay <= told.replay;
  if (newer(next.settled) || mutant === 'result-stored-blindly') next.settled = { ...told };
  if (newer(next.outcome) && mutant !== 'claim-keeps-no-outcome') next.outcome = { ...told };
  if (newer(next.told)) next.told = { ...told };
}

export function resultActions({ results }: Options, state: State, offers: Offers<State, Actor>): void {
  if (results && state.settled)
    offers.choice('the result key expires', (next) => {
      next.settled = null;
    });
}
