import type { RunOffers } from '../checker/run-offers.ts';
import type { Options } from './options.ts';
import type { Payload } from './payload.ts';

/** What travels in a message: whose payload it is, and its replay number. */
export interface Sent {
  payload: Payload;
  replay: number;
}

interface Message extends Sent {
  id: number;
  /** Delivered before. */
  received: boolean;
  visible: boolean;
}

export type Outcome = 'succeeded' | 'rejected' | 'failed';

export interface EventRecord extends Sent {
  /** `failing`: closed to runs, its letter is to be sent. */
  state: 'retrying' | 'failing' | Outcome;
  attempts: number;
  /** A run has left a trace of this replay: a start mark, an attempt, a return. */
  seen: boolean;
  /** A run came back and was counted. */
  returned: boolean;
  projection: 'none' | 'pending' | 'applied';
}

/** What a run does next. */
export type RunStep =
  | 'read'
  | 'mark'
  | 'handle'
  | 'settle-late'
  | 'refuse'
  | 'count-attempt'
  | 'count-return'
  | 'close-record'
  | 'read-afterwards'
  | 'send-letter'
  | 'project'
  | 'mark-projected'
  | 'tell'
  | 'ack';

/** Why a letter is sent. One that SQS has moved says nothing. */
export type Cause = 'failed' | 'id-reused' | 'moved-by-sqs';

/** Of a run that ends its event however many attempts there were. */
export const UNCOUNTED = -1;

export interface Run extends Sent {
  /** The id of its message; -1 when another run has taken that from the queue. */
  message: number;
  at: RunStep;
  /** The record was written since its transaction began. */
  doomed: boolean;
  cause: Cause | '';
  /** Its start mark stands in the record. */
  marked: boolean;
  /** How many attempts it saw in the record. */
  attemptsSeen: number;
  /** It has applied the projection. */
  projected: boolean;
  /** What it will tell those who wait. */
  outcome: Outcome | '';
}

interface Letter extends Sent {
  cause: Cause;
  /** Its failure is written, the letter still in the queue. */
  recorded: boolean;
  outcome: Outcome | '';
}

export interface Failure {
  state: 'open' | 'replaying' | 'closed' | 'replaced';
  /** Of the latest letter or, while it is replayed, of that replay. */
  replay: number;
}

/** Of a Redis key. */
export type Guard = '' | 'long' | 'short';
export interface Told {
  replay: number;
  outcome: Outcome;
}

export interface State {
  queue: Message[];
  runs: Run[];
  letters: Letter[];
  record: EventRecord | null;
  failures: Record<Payload, Failure | null>;
  effects: Record<Payload, number>;
  /** What the failure desk has written and not published yet. */
  toPublish: (Sent & { edited: boolean; forgotten: boolean })[];
  /** The new event that an edited replay makes. */
  replacement: '' | 'written' | 'published';

  /** The projection in Redis, by key generation: how often the event was applied, and its guard. */
  applied: [number, number];
  guards: [Guard, Guard];
  /** An environment that has marked the record has not cut the guards yet. */
  mayCut: boolean;
  current: 0 | 1;
  /** The other generation is announced. */
  building: boolean;
  rebuild: '' | 'announced' | 'read' | 'applied' | 'switched';
  /** The rebuild has read the event as settled. */
  scanned: boolean;
  /** By key generation: what the key holds is of another kind, so that commands on it are refused for good. */
  wrongKind: [boolean, boolean];
  /** What only the checker knows: the projection was refused for good at some time. */
  refused: boolean;
  /** Redis has lost what it acknowledged. */
  lost: boolean;
  rebuilt: boolean;

  /** In Redis: the outcome word, for the deduplication window, and the settled event, for an hour. */
  outcome: Told | null;
  settled: Told | null;

  faults: number;
  /** How often the desk is asked again. */
  asks: number;
  /** What only the checker knows: the latest outcome that was told. */
  told: Told | null;
}

export type StepOffers = RunOffers<State, Run>;
export type Change = (next: State, run: Run) => void;

/** Whose step it is, for properties of steps. */
export type Actor = Sent;

export const initial = ({ accepted, faults, asks }: Options): State => ({
  queue: accepted.map((payload, id) => ({ payload, replay: 0, id, received: false, visible: true })),
  runs: [],
  letters: [],
  record: null,
  failures: { A: null, B: null },
  effects: { A: 0, B: 0 },
  toPublish: [],
  replacement: '',
  applied: [0, 0],
  guards: ['', ''],
  mayCut: false,
  current: 0,
  building: false,
  rebuild: '',
  scanned: false,
  wrongKind: [false, false],
  refused: false,
  lost: false,
  rebuilt: false,
  outcome: null,
  settled: null,
  faults,
  asks,
  told: null,
});
