import { SluiceError } from '../sdk/errors.ts';

/** Every code of section 1 to 5 of docs/http.md, with its status and title. */
const problems = {
  'invalid-json': { status: 400, title: 'The request is not I-JSON' },
  'invalid-event': { status: 400, title: 'This is no event' },
  'invalid-parameter': { status: 400, title: 'A parameter is malformed' },
  unauthenticated: { status: 401, title: 'Nobody knows who asks' },
  'scope-missing': { status: 403, title: 'The key may not do this' },
  'type-not-allowed': { status: 403, title: 'The key is not for this event type' },
  'source-not-allowed': { status: 403, title: 'The key is not for this source' },
  'grant-exceeds-key': { status: 403, title: 'The key grants more than it has' },
  'host-not-allowed': { status: 403, title: 'This host is not served' },
  'origin-not-allowed': { status: 403, title: 'This origin may change nothing' },
  'event-unknown': { status: 404, title: 'No such event' },
  'failure-unknown': { status: 404, title: 'No such failure' },
  'replay-unknown': { status: 404, title: 'No such replay' },
  'key-unknown': { status: 404, title: 'No such key' },
  'route-unknown': { status: 404, title: 'No such route' },
  'in-flight': { status: 409, title: 'Another request holds this id' },
  'replay-under-way': { status: 409, title: 'A replay is under way' },
  'job-running': { status: 409, title: 'Another replay of many runs' },
  'replay-needs-data': { status: 409, title: 'Only an edited replay is possible' },
  'failure-replayed': { status: 409, title: 'The failure was replayed' },
  'failure-discarded': { status: 409, title: 'The failure was discarded' },
  'failure-undecodable': { status: 409, title: 'There is no event to replay' },
  'event-expired': { status: 409, title: 'The event has expired' },
  'event-too-large': { status: 413, title: 'The event is too large' },
  'request-too-large': { status: 413, title: 'The request is too large' },
  'media-type': { status: 415, title: 'This media type is not understood' },
  'unknown-type': { status: 422, title: 'No such event type' },
  'invalid-data': { status: 422, title: 'The data does not match the schema' },
  'id-reused': { status: 422, title: 'The id belongs to another event' },
  'unsupported-data': { status: 422, title: 'The data is not JSON' },
  'rate-limited': { status: 429, title: 'Over a rate' },
  'internal-error': { status: 500, title: 'Something broke' },
  'queue-unavailable': { status: 503, title: 'The queue does not answer' },
  'store-unavailable': { status: 503, title: 'The store does not answer' },
} as const;

export type ProblemCode = keyof typeof problems;

/** Conflicts that no repetition and no waiting ends. */
const lasting: ReadonlySet<ProblemCode> = new Set([
  'replay-needs-data',
  'failure-replayed',
  'failure-discarded',
  'failure-undecodable',
  'event-expired',
]);

/** One fault in an event: where (RFC 6901 as URI fragment, relative to the event) and what. */
export interface Fault {
  pointer: string;
  detail: string;
}

/** A problem as a client reads it (RFC 9457 section 3). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  retryable: boolean;
  errors?: readonly Fault[];
  [extension: string]: unknown;
}

export interface ProblemOptions {
  errors?: readonly Fault[];
  /** Further members of the problem, e.g. the id that a repetition needs. */
  members?: Readonly<Record<string, unknown>>;
  /** Lower-case names. */
  headers?: Readonly<Record<string, string>>;
  /** Seconds, for the header of that name. */
  retryAfter?: number;
  cause?: unknown;
}

/** The most faults that one answer lists. */
export const MAX_FAULTS = 20;

/** An error that a client may see; everything in it was written for the client. */
export class HttpProblem extends SluiceError {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfter: number | undefined;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    const { status, title } = problems[code];
    const retryable = (status === 409 && !lasting.has(code)) || status === 429 || status === 503;
    super(code, detail, { retryable, cause: options.cause });
    this.problem = {
      type: `urn:problem-type:sluice:${code}`,
      title,
      status,
      detail,
      code,
      retryable,
      ...(options.errors && { errors: options.errors.slice(0, MAX_FAULTS) }),
      ...options.members,
    };
    this.retryAfter = options.retryAfter;
    this.headers = {
      ...options.headers,
      ...(options.retryAfter !== undefined && { 'retry-after': String(options.retryAfter) }),
    };
  }
}

/** What a client sent, short enough to be shown to it again. */
export const shown = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
