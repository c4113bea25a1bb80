/** What makes an action happen, and so what the checker may expect of it. */
export type Kind =
  /** The system does it by itself and must do it in the end. */
  | 'step'
  /** Something goes wrong; every model has a budget of faults. */
  | 'fault'
  /** People, clients or clocks may do it, or never. */
  | 'choice';

/** One atomic step at one server: a call of SQS, a write or a commit of MongoDB, a script of Redis. */
export interface Action<State, Actor = never> {
  name: string;
  kind: Kind;
  /** Changes the state in place; the checker hands it a copy. */
  change(next: State): void;
  /** Whose step it is, for properties of steps. */
  by?: Actor | undefined;
}

/** A property of states: its name says what is broken when it does not hold. */
export interface Property<State> {
  name: string;
  holds(state: State): boolean;
}

/** A property of steps: of a state, the one that follows it, and whose step it was. */
export interface StepProperty<State, Actor = never> {
  name: string;
  holds(before: State, after: State, by: Actor | undefined): boolean;
}

/**
 * A transition system and what must hold of it. States are plain data (objects whose fields always come in the same
 * order, arrays,
 * strings, numbers, booleans, null), without optional fields.
 */
export interface Model<State, Actor = never> {
  initial(): State;
  /** Sorts what has no order and drops what no longer matters, so that states that differ in nothing else are one. */
  normalize(state: State): void;
  actions(state: State): readonly Action<State, Actor>[];
  /** Must hold in every state. */
  always: readonly Property<State>[];
  /** Must hold of every step. */
  steps: readonly StepProperty<State, Actor>[];
  /** Must hold in every state in which the system has nothing left to do. */
  atRest: readonly Property<State>[];
}

/** What a search found. */
export interface Found {
  states: number;
  /** Actions that led to another state. */
  steps: number;
  /** Length of the longest of the shortest ways. */
  depth: number;
  /** States in which the system has nothing left to do. */
  atRest: number;
  /** Whether every reachable state was seen. */
  complete: boolean;
  broken: Broken | null;
}

export interface Broken {
  property: string;
  /** A shortest way there, by the names of its actions. */
  trace: readonly string[];
}
