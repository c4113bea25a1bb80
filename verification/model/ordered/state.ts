/**
 * Two events of one message group of an ordered type, sent in this order. Payload B is another one under the id of
 * event 1.
 */
export type EventNumber = 1 | 2;
export type Payload = 'A' | 'B';
export const EVENTS: readonly EventNumber[] = [1, 2];

export interface Sent {
  event: EventNumber;
  payload: Payload;
  replay: number;
}

interface Message extends Sent {
  /** The receive that it is in flight for; 0: it is in none. */
  receive: number;
}

export interface EventRecord {
  state: 'retrying' | 'failing' | 'succeeded' | 'failed';
  payload: Payload;
  replay: number;
  attempts: number;
}

export interface Run {
  batch: Sent[];
  /** Which of the batch is next. */
  place: number;
  /** What leaves the queue at the end, as Lambda's answer says it. */
  done: string[];
  receive: number;
}

export interface Failure extends Sent {
  state: 'open' | 'replaying' | 'closed';
}

export interface State {
  toSend: EventNumber[];
  queue: Message[];
  /** Deduplication ids that SQS remembers. */
  queueRemembers: string[];
  letters: Sent[];
  lettersRemember: string[];
  runs: Run[];
  records: Record<EventNumber, EventRecord | null>;
  failures: Failure[];
  effects: Record<EventNumber, number>;
  /** SQS still remembers deduplication ids: for 5 min. */
  within5Minutes: boolean;
  faults: number;
  asks: number;

  // What only the checker knows.
  /** Contents that a queue has taken at some time. */
  everTaken: string[];
  /** SQS accepted it and will never deliver it. */
  swallowed: string;
  accepted: Pick<Sent, 'event' | 'payload'>[];
  /** The events in the order of their effects. */
  order: EventNumber[];
  letterSent: Record<EventNumber, boolean>;
}

export const ORDERED_MUTANTS = [
  'letter-before-record-is-closed',
  'no-fingerprint-in-id',
  'no-replay-in-id',
  'group-goes-on-after-failure',
  'copies-dropped-by-event-key',
] as const;
export type Mutant = (typeof ORDERED_MUTANTS)[number];

export interface Options {
  faults: number;
  attempts: number;
  replays: number;
  asks: number;
  /** Runs may go on beyond the visibility of their messages. */
  overrun: boolean;
  mutant: Mutant | null;
}

export const contentOf = ({ event, payload, replay }: Sent): string => `${event}${payload}${replay}`;
export const isFinal = ({ state }: EventRecord): boolean => state === 'succeeded' || state === 'failed';

export const initial = ({ faults, asks }: Options): State => ({
  toSend: [1, 2],
  queue: [],
  queueRemembers: [],
  letters: [],
  lettersRemember: [],
  runs: [],
  records: { 1: null, 2: null },
  failures: [],
  effects: { 1: 0, 2: 0 },
  within5Minutes: true,
  faults,
  asks,
  everTaken: [],
  swallowed: '',
  accepted: [],
  order: [],
  letterSent: { 1: false, 2: false },
});
