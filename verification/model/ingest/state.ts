/** One event id, several requests with it. A payload stands for a fingerprint: what the client sent. */
export type Payload = 'A' | 'B';
export const PAYLOADS: readonly Payload[] = ['A', 'B'];
type PerPayload<Value> = Record<Payload, Value>;

interface Request {
  payload: Payload;
  /** What it does next. */
  at: 'claim' | 'publish' | 'confirm' | 'over';
}

export interface State {
  requests: Request[];
  /** In Redis, under the event's key. */
  claim: { owner: number; payload: Payload; confirmed: boolean } | null;
  /** Messages in SQS. */
  queue: PerPayload<number>;
  /** Sent to SQS, given up by ingest, and not arrived yet. */
  late: Payload[];
  /** In MongoDB: whose payload the record is, how many effects the event has had, which payloads became failures. */
  record: Payload | null;
  effects: number;
  failures: PerPayload<boolean>;
  faults: number;

  // What only the checker knows.
  /** The request that has the id to itself: until it confirms, is refused, or 5 s are over. */
  holder: number | null;
  /** SQS has taken a message of it. */
  taken: PerPayload<boolean>;
  /** A client was answered 202. */
  acknowledged: PerPayload<boolean>;
  /** Redis has answered every request of it and kept what it acknowledged. */
  redisWorked: PerPayload<boolean>;
  /** The first deduplication window is not over. */
  inWindow: boolean;
}

/** For properties of steps: a request takes the claim, or is answered by what SQS and claims say of its payload. */
export type Actor = { claims: number } | { accepted: Payload } | { refused: Payload };

export const INGEST_MUTANTS = [
  'publication-outlives-claim',
  'no-fingerprint-in-claim',
  'failed-list-ignored',
  'confirm-before-publish',
  'release-on-timeout',
  'release-without-owner',
  'confirm-without-owner',
] as const;
export type Mutant = (typeof INGEST_MUTANTS)[number];

export interface Options {
  /** The payload of each request. */
  requests: readonly Payload[];
  faults: number;
  mutant: Mutant | null;
}

export const initial = ({ requests, faults }: Options): State => ({
  requests: requests.map((payload) => ({ payload, at: 'claim' })),
  claim: null,
  queue: { A: 0, B: 0 },
  late: [],
  record: null,
  effects: 0,
  failures: { A: false, B: false },
  faults,
  holder: null,
  taken: { A: false, B: false },
  acknowledged: { A: false, B: false },
  redisWorked: { A: true, B: true },
  inWindow: true,
});
