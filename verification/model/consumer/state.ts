/** One event id. A payload stands for a fingerprint: two were accepted under the id while Redis was down. */
export type Payload = 'A' | 'B';
export const PAYLOADS: readonly Payload[] = ['A', 'B'];

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
  state: 'retrying' | Outcome;
  attempts: number;
  /** A run has left a trace of this replay: a start mark, an attempt. */
  seen: boolean;
  projection: 'none' | 'pending' | 'applied';
}

/** What a run does next. */
export type RunStep =
  | 'read'
  | 'mark'
  | 'handle'
  | 'settle-late'
  | 'count-attempt'
  | 'read-afterwards'
  | 'send-letter'
  | 'project'
  | 'mark-projected'
  | 'cut-guard'
  | 'tell'
  | 'ack';

export type Cause = 'permanent' | 'exhausted' | 'id-reused';

export interface Run extends Sent {
  /** The id of its message; -1 when another run has taken that from the queue. */
  message: number;
  at: RunStep;
  /** The record was written since its transaction began. */
  doomed: boolean;
  cause: Cause | '';
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
  replay: number;
  /** Of the event's own payload; else the id belongs to another one. */
  own: boolean;
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
  toPublish: (Sent & { edited: boolean })[];
  /** The new event that an edited replay makes. */
  replacement: '' | 'written' | 'published';

  /** The projection in Redis, by key generation: how often the event was applied, and its guard. */
  applied: [number, number];
  guards: [Guard, Guard];
  current: 0 | 1;
  /** The other generation is announced. */
  building: boolean;
  rebuild: '' | 'announced' | 'read' | 'applied';
  /** The rebuild has read the event as settled. */
  scanned: boolean;
  /** Redis has lost what it acknowledged. */
  lost: boolean;
  rebuilt: boolean;

  /** In Redis, beside the claim: the outcome word and, for an hour, the settled event. */
  outcome: Told | null;
  settled: Told | null;

  faults: number;
  /** How often the desk is asked again. */
  asks: number;
  /** What only the checker knows: the latest outcome that was told. */
  told: Told | null;
}

/** Whose step it is, for properties of steps. */
export type Actor = Sent;

export const CONSUMER_MUTANTS = [
  'condition-without-fingerprint',
  'failure-key-without-fingerprint',
  'dead-letter-trusts-its-cause',
  'settling-leaves-failure',
  'desk-leaves-record',
  'replay-of-id-reused',
  'bare-claim-answers-accepted',
  'claim-keeps-no-outcome',
  'result-stored-blindly',
  'applied-to-current-only',
  'rebuild-without-guard',
  'guard-cut-while-building',
  'edited-replay-not-written-down',
  'higher-replay-before-fingerprint',
  'condition-without-replay',
  'condition-without-final',
  'condition-checked-before-not-written',
  'effect-outside-transaction',
  'attempt-unconditional',
  'ack-before-dlq-confirmed',
  'handlers-duplicate-key-is-done',
  'dead-letter-unconditional',
  'fingerprint-not-compared-afterwards',
  'no-guard',
  'guard-of-one-hour',
  'guard-cut-before-mark',
  'mark-before-apply',
  'final-acked-unprojected',
  'run-outlives-short-guard',
] as const;
export type Mutant = (typeof CONSUMER_MUTANTS)[number];

export interface Options {
  accepted: readonly Payload[];
  /** What the handler may come to. */
  outcomes: readonly ('succeeded' | 'rejected' | 'error' | 'permanent')[];
  /** Runs at once. */
  runs: number;
  attempts: number;
  replays: number;
  asks: number;
  projections: boolean;
  rebuild: boolean;
  results: boolean;
  edit: boolean;
  faults: number;
  mutant: Mutant | null;
}

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
  current: 0,
  building: false,
  rebuild: '',
  scanned: false,
  lost: false,
  rebuilt: false,
  outcome: null,
  settled: null,
  faults,
  asks,
  told: null,
});
