/** Two events that are delivered together: K kills its process whenever it runs, I is innocent. */
export type EventName = 'K' | 'I';
export const EVENTS: readonly EventName[] = ['K', 'I'];
export type PerEvent<Value> = Record<EventName, Value>;

/** A start mark of a run, in the record. */
export interface Mark {
  run: number;
  /** Nothing else ran in that run. */
  alone: boolean;
  /**
   * `running` marks are young; those of runs that are over are older than the function's timeout when somebody reads
   * them.
   */
  state: 'running' | 'dead' | 'void';
}

/** The message of an event and its record. */
export interface EventState {
  visible: boolean;
  received: boolean;
  attempts: number;
  marks: Mark[];
  suspect: boolean;
  end: '' | 'settled' | 'dead-lettered';
}

/** An event of a batch, and what was read of its earlier runs. */
export interface Candidate {
  event: EventName;
  /** Delivered before: it is looked up, and marked. */
  again: boolean;
  /** Runs whose marks are to be taken off, and how many of them count as attempts. */
  died: number[];
  crashes: number;
  suspect: boolean;
}

export interface Run {
  id: number;
  at: 'read' | 'exhaust' | 'hand-back' | 'mark' | 'run';
  batch: Candidate[];
  exhausted: Candidate[];
  handBack: EventName[];
  /** A suspect runs, and nothing beside it. */
  alone: boolean;
}

export interface State {
  events: PerEvent<EventState>;
  runs: Run[];
  /** Start marks that were sent to MongoDB and have not arrived, although their run is over. */
  lateMarks: { event: EventName; run: number; alone: boolean }[];
  /** I has thrown: it does so once. */
  threw: boolean;
  faults: number;

  // What only the checker knows.
  /** Failures of its own: deaths that it caused, and throws. */
  ownFailures: PerEvent<number>;
  /** Deaths of runs in which it was marked as alone. */
  deathsAlone: PerEvent<number>;
  crashesCounted: PerEvent<number>;
  /** How often it had to wait because a run died before it. */
  delays: PerEvent<number>;
  /** A message was delivered while a run of it went on. */
  overlapped: boolean;
}

export const CRASH_MUTANTS = [
  'every-dead-mark-counts',
  'mark-outlives-infrastructure-return',
  'unanswered-mark-withdrawn-only',
  'others-handed-back-at-the-end',
  'young-mark-counts',
  'suspect-not-alone',
  'death-counted-by-each-reader',
] as const;
export type Mutant = (typeof CRASH_MUTANTS)[number];

export interface Options {
  attempts: number;
  faults: number;
  runs: number;
  /** I may throw, once. */
  throws: boolean;
  /** Messages may be delivered while a run of them goes on. */
  overlap: boolean;
  /** A start mark whose answer did not come may be written after its run is over. */
  lateMarks: boolean;
  mutant: Mutant | null;
}

const fresh = (): EventState => ({
  visible: true,
  received: false,
  attempts: 0,
  marks: [],
  suspect: false,
  end: '',
});

export const initial = ({ faults }: Options): State => ({
  events: { K: fresh(), I: fresh() },
  runs: [],
  lateMarks: [],
  threw: false,
  faults,
  ownFailures: { K: 0, I: 0 },
  deathsAlone: { K: 0, I: 0 },
  crashesCounted: { K: 0, I: 0 },
  delays: { K: 0, I: 0 },
  overlapped: false,
});
