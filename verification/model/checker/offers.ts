import type { Action, Kind } from './model.ts';

type Change<State> = (next: State) => void;

/** Collects the actions that are possible in a state. Each fault takes one from the state's budget of faults. */
export class Offers<State extends { faults: number }, Actor = never> {
  readonly actions: Action<State, Actor>[] = [];
  readonly #faultsLeft: boolean;

  constructor(state: State) {
    this.#faultsLeft = state.faults > 0;
  }

  step(name: string, change: Change<State>, by?: Actor): void {
    this.#add('step', name, change, by);
  }

  choice(name: string, change: Change<State>, by?: Actor): void {
    this.#add('choice', name, change, by);
  }

  fault(name: string, change: Change<State>, by?: Actor): void {
    if (!this.#faultsLeft) return;
    const counted: Change<State> = (next) => {
      next.faults--;
      change(next);
    };
    this.#add('fault', `FAULT ${name}`, counted, by);
  }

  #add(kind: Kind, name: string, change: Change<State>, by: Actor | undefined): void {
    this.actions.push({ kind, name, change, by });
  }
}
