import type { Problem } from './types.ts';

/** The API, or the gateway before it, answered with an error. */
export class SluiceHttpError extends Error {
  readonly problem: Problem;
  readonly status: number;
  /** Stable and kebab-case; match on this, never on the message. `gateway` where the gateway itself answered. */
  readonly code: string;
  readonly retryable: boolean;
  /** What `Retry-After` asked for. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number) {
    super(`${problem.status} ${problem.code}: ${problem.detail ?? problem.title}`);
    this.name = 'SluiceHttpError';
    this.problem = problem;
    this.status = problem.status;
    this.code = problem.code;
    this.retryable = problem.retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came. The event may have arrived; repeating it with its id is safe. */
export class SluiceNetworkError extends Error {
  readonly code = 'network';
  readonly retryable = true;

  constructor(what: string, options: { cause: unknown }) {
    super(`${what}: no answer (${reasonOf(options.cause)})`, options);
    this.name = 'SluiceNetworkError';
  }
}

/** `fetch failed` alone tells nobody why: what it names as its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (!(cause instanceof Error)) return message;
  // An AggregateError of all the addresses of a name may have a code alone.
  const why = cause.message || ('code' in cause ? String(cause.code) : cause.name);
  return `${message}: ${why}`;
}

/** An event that got no answer, told in the words of the API. */
export const networkProblem = (error: SluiceNetworkError): Problem => ({
  title: 'No answer',
  status: 0,
  code: error.code,
  detail: error.message,
  retryable: true,
});

/** What the gateway answers by itself when trying again may help: throttled, function failed, cut off, too slow. */
const transient = new Set([429, 500, 502, 503, 504]);

/**
 * The problem in an answer that is no success.
 * @param body parsed JSON, or the text where it was none; the gateway's own errors are `{ message }`
 */
export function problemOf(status: number, body: unknown): Problem {
  const fields = typeof body === 'object' && body !== null ? body : {};
  if ('code' in fields && typeof fields.code === 'string' && 'title' in fields && typeof fields.title === 'string') {
    return {
      ...fields,
      title: fields.title,
      code: fields.code,
      status,
      retryable: 'retryable' in fields && fields.retryable === true,
    };
  }
  const message = 'message' in fields && typeof fields.message === 'string' ? fields.message : undefined;
  return { title: message ?? `HTTP ${status}`, status, code: 'gateway', retryable: transient.has(status) };
}
