import { problemOf, SluiceHttpError, SluiceNetworkError } from './errors.ts';
import { type Pace, retryAfterMs } from './retry.ts';

export interface HttpOptions {
  /** `https://api.example.com`, with a stage path if there is one. */
  baseUrl: string | URL;
  /** Sent as `Authorization: Bearer`; a function is asked before each request, in its time. What it throws is that no answer came. */
  token?: string | (() => string | Promise<string>) | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  /** How long one request may take, beyond what it asks the server to wait. */
  timeoutMs?: number | undefined;
}

export interface Request {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  /** Seconds for `Prefer: wait`. */
  wait?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export type Http = (request: Request) => Promise<Answer>;

/**
 * One request, one answer of any status.
 * @throws SluiceNetworkError when no whole answer came in time; the signal's reason when the caller aborted. At once TypeError for an
 * address that is none of HTTP
 */
export function createHttp({ baseUrl, token, fetch = globalThis.fetch, timeoutMs = 10_000 }: HttpOptions): Http {
  const base = String(baseUrl).replace(/\/+$/, '');
  checkAddress(base);
  return async ({ method, path, body, wait: seconds, signal }) => {
    // The API knows whole seconds, and a timer whole milliseconds.
    const wait = seconds === undefined ? undefined : Math.ceil(seconds);
    const timeout = AbortSignal.timeout(Math.ceil(timeoutMs) + (wait ?? 0) * 1000);
    const ended = signal ? AbortSignal.any([signal, timeout]) : timeout;
    try {
      const bearer = typeof token === 'function' ? await within(ended, token) : token;
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(wait !== undefined && { prefer: `wait=${wait}` }),
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        ...(body !== undefined && { body }),
        signal: ended,
      });
      return { status: response.status, headers: response.headers, body: parse(await response.text()) };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw new SluiceNetworkError(`${method} ${path}`, { cause });
    }
  };
}

/** Of a page an address may leave out what is the page's own. Asking again would mend none that is wrong. */
function checkAddress(base: string): void {
  // By itself first: what stands in for a page may be no address (React Native, a server that renders).
  const from = URL.canParse(base) ? undefined : pageAddress();
  if (!URL.canParse(base, from) || !/^https?:$/.test(new URL(base, from).protocol))
    throw new TypeError(`baseUrl must begin with http:// or https://, and "${base}" does not`);
}

/** To what fetch takes addresses as relative: that of a document, which need not be its location, or of a worker. */
function pageAddress(): string | undefined {
  const document: unknown = Reflect.get(globalThis, 'document');
  const page: unknown =
    document instanceof Object && 'baseURI' in document ? document.baseURI : Reflect.get(globalThis, 'location');
  return page === undefined ? undefined : String(page);
}

/** @throws the signal's reason, where it aborts first */
async function within<Value>(signal: AbortSignal, ask: () => Value | Promise<Value>): Promise<Value> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([ask(), over]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A gateway or proxy answered with a page; the status says what can be said.
    return text;
  }
}

/** The error that an answer is, or null for a 2xx. */
export function errorIn(answer: Answer, pace: Pace): SluiceHttpError | null {
  if (answer.status >= 200 && answer.status < 300) return null;
  return new SluiceHttpError(
    problemOf(answer.status, answer.body),
    retryAfterMs(answer.headers.get('retry-after'), pace.now()),
  );
}
