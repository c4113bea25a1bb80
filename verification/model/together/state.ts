/** Two events that are delivered together: the handler of X may throw, that of Y never does. */
export type EventName = 'X' | 'Y';
export const EVENTS: readonly EventName[] = ['X', 'Y'];
type PerEvent<Value> = Record<EventName, Value>;

export interface EventRecord {
  state: 'retrying' | 'failing' | 'succeeded' | 'failed';
  attempts: number;
  /** The backoff after the latest attempt is over. */
  due: boolean;
}

interface Message {
  event: EventName;
  /** `waiting`: hidden until its next attempt is due. */
  at: 'visible' | 'hidden' | 'waiting' | 'gone';
  received: boolean;
}

/** What a run of a batch does next. */
export type RunStep =
  | 'find'
  | 'mark'
  | 'handle-together'
  | 'commit-together'
  | 'answer-lost'
  | 'tell'
  | 'next'
  | 'handle-alone'
  | 'count-attempt'
  | 'close-record'
  | 'send-letter'
  | 'answer';

export interface Run {
  at: RunStep;
  /** Messages, by their place in the queue: in the joint transaction; */
  together: number[];
  /** to run alone, and whether their records are looked at first; `late`: behind a joint run that they undid; */
  alone: { message: number; look: boolean; late?: boolean }[];
  /** delivered before, so that a start mark is written; */
  again: number[];
  /** settled, to be told; */
  toTell: number[];
  /** told, or their letters sent: they leave the queue with the answer. */
  done: number[];
  /** The message that runs alone; -1: none does. */
  current: number;
  /** Events of the transaction that is under way. */
  writes: EventName[];
  /** Nobody looked beforehand what is known of them. */
  unseen: boolean;
  /** One of their records was written since it began. */
  doomed: boolean;
  /** The transaction whose commit was sent and not answered; -1: there is none. */
  unanswered: number;
  /** How many attempts it saw in the record. */
  attemptsSeen: number;
  /** How many attempts it saw in the records when it looked its batch up. */
  seen: PerEvent<number>;
  /** A mutant: the joint transaction goes on without X, which threw. */
  withoutX: boolean;
}

export interface State {
  queue: Message[];
  runs: Run[];
  records: PerEvent<EventRecord | null>;
  effects: PerEvent<number>;
  told: PerEvent<string>;
  letters: EventName[];
  /** Transactions whose commit was sent and not answered: the server decides. */
  inDoubt: { id: number; writes: EventName[]; state: 'open' | 'committed' | 'aborted' }[];
  faults: number;
  /** What only the checker knows: how often the handler of X has thrown in a run of its own. */
  thrown: number;
}

export interface CommonOptions {
  runs: number;
  faults: number;
  attempts: number;
  /** Both events are of one message group of an ordered type. */
  ordered: boolean;
}

export const initial = ({ faults }: CommonOptions): State => ({
  queue: EVENTS.map((event) => ({ event, at: 'visible', received: false })),
  runs: [],
  records: { X: null, Y: null },
  effects: { X: 0, Y: 0 },
  told: { X: '', Y: '' },
  letters: [],
  inDoubt: [],
  faults,
  thrown: 0,
});

export const idleRun: Run = {
  at: 'next',
  together: [],
  alone: [],
  again: [],
  toTell: [],
  done: [],
  current: -1,
  writes: [],
  unseen: false,
  doomed: false,
  unanswered: -1,
  attemptsSeen: 0,
  seen: { X: 0, Y: 0 },
  withoutX: false,
};
