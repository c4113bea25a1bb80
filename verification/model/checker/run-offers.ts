import type { Offers } from './offers.ts';

type Change<State, Run> = (next: State, run: Run) => void;

/** Offers what one run does: its changes are handed the run itself, in the state that follows. */
export interface RunOffers<State, Run> {
  step(name: string, change: Change<State, Run>): void;
  fault(name: string, change: Change<State, Run>): void;
}

/** @param index of the run in the state */
export function offersOfRun<State extends { faults: number; runs: Run[] }, Run, Actor>(
  offers: Offers<State, Actor>,
  index: number,
  by?: Actor,
): RunOffers<State, Run> {
  const within = (change: Change<State, Run>) => (next: State) => {
    const run = next.runs[index];
    if (run) change(next, run);
  };
  return {
    step: (name, change) => offers.step(name, within(change), by),
    fault: (name, change) => offers.fault(name, within(change), by),
  };
}
