import { SluiceHttpError, SluiceNetworkError } from './errors.ts';
import { follow } from './follow.ts';
import { createHttp, errorIn, type HttpOptions, type Request } from './http.ts';
import { type Pace, type RetryPolicy, realPace, startRetrying } from './retry.ts';
import { sendChunk } from './send-many.ts';
import type {
  AnyDefinition,
  CallOptions,
  EventInput,
  FollowFilter,
  ItemResult,
  ListFilter,
  Problem,
  Receipt,
  Status,
  StoredEvent,
} from './types.ts';
import { chunks, eventPath, outgoing, queryOf } from './wire.ts';

export interface ClientOptions extends HttpOptions, Partial<Record<keyof RetryPolicy, number | undefined>> {
  pace?: Pace | undefined;
}

export interface ReadOptions extends CallOptions {
  source?: string | undefined;
  wait?: number | undefined;
}

export interface Client<Definition extends AnyDefinition = AnyDefinition> {
  /**
   * Sends one event, again and again with the same id until it is accepted or refused for good.
   * @param options.wait seconds (at most 25) to wait for its outcome: then the stored event comes back if it settled in time
   * @throws SluiceHttpError when the API refused it, SluiceNetworkError when no answer came, the signal's reason when aborted
   */
  send(event: EventInput<Definition>, options?: CallOptions): Promise<Receipt>;
  send(
    event: EventInput<Definition>,
    options: CallOptions & { wait?: number | undefined },
  ): Promise<Receipt | StoredEvent>;
  /**
   * Sends any number of events in requests of up to 1,000, one request after another, so that order is kept.
   * @returns one result per event in the order given; never throws for what happens to events, only when aborted
   */
  sendMany(events: readonly EventInput<Definition>[], options?: CallOptions): Promise<ItemResult[]>;
  /**
   * Reads an event.
   * @param options.source only where the event was sent with one
   * @param options.wait seconds (at most 25) to wait for its outcome
   * @throws as send; 404 `event-unknown` where nothing is known of it
   */
  get(id: string, options?: ReadOptions): Promise<StoredEvent>;
  /**
   * Waits for the outcome of an event, as long as it takes up to `seconds`, and where no answer comes for as long as one request may take
   * more; an event not known yet is waited for too.
   * @returns the event, with status `accepted` or `retrying` when the time was over before it settled
   * @throws as get
   */
  wait(id: string, options: CallOptions & { source?: string | undefined; seconds: number }): Promise<StoredEvent>;
  /**
   * Every event that a consumer has seen, newest first, without data and result; reads a page at a time as it is iterated.
   * @throws as get
   */
  list(filter?: ListFilter, options?: CallOptions): AsyncGenerator<StoredEvent, void>;
  /**
   * Every event as it settles, the oldest first, without data and result, until it is aborted or left: none is missed, none
   * comes twice. Events that are replayed settle again.
   * @param options.everyMs how long to pause where nothing new is there; a second
   * @throws as get, and the signal's reason
   */
  follow(
    filter?: FollowFilter,
    options?: CallOptions & { everyMs?: number | undefined },
  ): AsyncGenerator<StoredEvent, never>;
}

const defaults: RetryPolicy = { retries: 5, baseMs: 200, capMs: 10_000, patienceMs: 60_000 };
/** The API cuts longer waits to this many seconds. */
const LONGEST_WAIT = 25;

/** A client of the API for browsers and Node; EventInput says how it learns the event types. @throws TypeError for a malformed address */
export function createClient<Definition extends AnyDefinition = AnyDefinition>(
  options: ClientOptions,
): Client<Definition> {
  const pace = options.pace ?? realPace;
  const policy = policyIn(options);
  const http = createHttp(options);

  async function call(request: Request, patienceMs = policy.patienceMs): Promise<unknown> {
    const mayTryAgain = startRetrying({ ...policy, patienceMs }, pace, request.signal);
    for (;;) {
      const { body, error } = await once(request);
      if (!error) return body;
      const retryAfter = error instanceof SluiceHttpError ? error.retryAfterMs : undefined;
      if (!error.retryable || !(await mayTryAgain(retryAfter))) throw error;
    }
  }

  async function once(
    request: Request,
  ): Promise<{ body?: unknown; error?: SluiceHttpError | SluiceNetworkError | null }> {
    try {
      const answer = await http(request);
      return { body: answer.body, error: errorIn(answer, pace) };
    } catch (error) {
      if (error instanceof SluiceNetworkError) return { error };
      throw error;
    }
  }

  const read = async (id: string, { source, wait, signal }: ReadOptions, patienceMs?: number): Promise<StoredEvent> =>
    contract<StoredEvent>(await call({ method: 'GET', path: eventPath(id, source), wait, signal }, patienceMs));

  return {
    async send(event: EventInput, { wait, signal }: CallOptions & { wait?: number | undefined } = {}) {
      const body = outgoing(event, pace.now()).text;
      return contract<Receipt & StoredEvent>(await call({ method: 'POST', path: '/events', body, wait, signal }));
    },

    async sendMany(events: readonly EventInput[], { signal } = {}) {
      const results: ItemResult[] = [];
      for (const chunk of chunks(events.map((event) => outgoing(event, pace.now())))) {
        const first = results.length;
        const answered = await sendChunk(http, chunk, policy, pace, signal);
        results.push(...answered.map((result) => ({ ...result, index: first + result.index })));
      }
      return results;
    },

    get: (id, options = {}) => read(id, options),

    async wait(id, { seconds, source, signal }) {
      const until = pace.now() + seconds * 1000;
      for (let pause = 100; ; pause = Math.min(2 * pause, 2000)) {
        const leftMs = Math.max(0, until - pace.now());
        const wait = Math.min(LONGEST_WAIT, Math.ceil(leftMs / 1000));
        const patienceMs = Math.min(policy.patienceMs, leftMs);
        const found = await read(id, { wait, source, ...(signal && { signal }) }, patienceMs).catch(unlessUnknown);
        const left = until - pace.now();
        if (!(found instanceof SluiceHttpError) && (isSettled(found) || left <= 0)) return found;
        if (found instanceof SluiceHttpError && left <= 0) throw found;
        // The API may answer at once, where it has no place left for one more who waits.
        await pace.sleep(Math.min(left, pause), signal);
      }
    },

    follow: (filter = {}, { signal, everyMs = 1000 } = {}) =>
      follow(
        async (query) => pageOf(await call({ method: 'GET', path: `/events?${query}`, signal })),
        filter,
        () => pace.sleep(everyMs, signal),
      ),

    async *list(filter: ListFilter = {}, { signal } = {}) {
      const query = queryOf({ ...filter, limit: '200' });
      for (;;) {
        const page = pageOf(await call({ method: 'GET', path: `/events?${query}`, signal }));
        yield* page.items;
        if (page.next === null) return;
        query.set('cursor', page.next);
      }
    },
  };
}

/** Has this event an outcome? */
export const isSettled = ({ status }: { status: Status }): boolean => status !== 'accepted' && status !== 'retrying';

/** An event accepted while Redis was down, or long ago, is unknown until its first run. */
function unlessUnknown(error: unknown): SluiceHttpError {
  if (error instanceof SluiceHttpError && error.code === 'event-unknown') return error;
  throw error;
}

/** A 2xx with another body comes from no Sluice: a captive portal, a wrong address. */
function contract<Shape extends { id: string; status: Status }>(body: unknown): Shape {
  const isEvent = typeof body === 'object' && body !== null && 'id' in body && 'status' in body;
  if (!isEvent) throw new SluiceHttpError(malformed);
  return body as Shape;
}

function pageOf(body: unknown): { items: StoredEvent[]; next: string | null } {
  const isPage = typeof body === 'object' && body !== null && 'items' in body && 'next' in body;
  if (!isPage) throw new SluiceHttpError(malformed);
  return body as { items: StoredEvent[]; next: string | null };
}

const malformed: Problem = {
  title: 'The answer is none of the API; is the address right?',
  status: 200,
  code: 'malformed-answer',
  retryable: false,
};

const policyIn = ({ retries, baseMs, capMs, patienceMs }: ClientOptions): RetryPolicy => ({
  retries: retries ?? defaults.retries,
  baseMs: baseMs ?? defaults.baseMs,
  capMs: capMs ?? defaults.capMs,
  patienceMs: patienceMs ?? defaults.patienceMs,
});
