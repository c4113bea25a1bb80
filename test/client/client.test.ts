import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../../client/client.ts';
import { eventually } from '../support/eventually.ts';
import { type Reaction, type ReceivedRequest, scriptedServer } from '../support/http-server.ts';

const event = { type: 'sample.taken', data: { series: 'a' } };
const idOf = (request: ReceivedRequest): string => JSON.parse(request.body).id;
const accepted = (request: ReceivedRequest, duplicate = false): Reaction => ({
  status: 202,
  body: { id: idOf(request), source: '/tenants/local', type: 'sample.taken', status: 'accepted', duplicate, links: {} },
});
const problem = (status: number, code: string, retryable: boolean, headers = {}): Reaction => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: { type: 'about:blank', title: code, status, code, retryable },
});

/** A client whose pauses are counted instead of slept. */
function impatient(url: string, options: Partial<Parameters<typeof createClient>[0]> = {}) {
  const slept: number[] = [];
  let skipped = 0;
  const pace = {
    now: () => Date.now() + skipped,
    random: () => 1,
    async sleep(ms: number, signal?: AbortSignal) {
      signal?.throwIfAborted();
      slept.push(ms);
      skipped += ms;
    },
  };
  return { slept, client: createClient({ baseUrl: url, pace, ...options }) };
}

/** Plays one reaction per request; the last one again and again. */
const inTurn =
  (...reactions: (Reaction | ((request: ReceivedRequest) => Reaction))[]) =>
  (request: ReceivedRequest, turn: number): Reaction => {
    const reaction = reactions[Math.min(turn, reactions.length - 1)];
    if (!reaction) throw new Error('no reaction');
    return typeof reaction === 'function' ? reaction(request) : reaction;
  };

describe('sending one event', () => {
  test.each<[string, Reaction]>([
    ['the queue could not be reached', problem(503, 'queue-unavailable', true)],
    ['the same id is in flight', problem(409, 'in-flight', true)],
    ['the tenant is over its rate', problem(429, 'rate-limited', true)],
    ['the gateway throttles', { status: 429, body: { message: 'Too Many Requests' } }],
    ['the gateway timed out', { status: 503, body: { message: 'Service Unavailable' } }],
    ['a proxy answers with a page', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['the answer is lost', { lose: 'answer' }],
    ['half of the answer is lost', { lose: 'half the answer' }],
  ])('is repeated with the same id and the same bytes when %s', async (_, first) => {
    await using server = await scriptedServer(inTurn(first, (request) => accepted(request, true)));
    const receipt = await impatient(server.url).client.send(event);
    expect(receipt).toMatchObject({ status: 'accepted', duplicate: true });
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
    expect(receipt.id).toMatch(/^[0-9a-f-]{14}7/);
  });

  test.each<[number, string]>([
    [400, 'invalid-event'],
    [403, 'scope-missing'],
    [413, 'event-too-large'],
    [422, 'id-reused'],
  ])('is not repeated when the API says %i %s', async (status, code) => {
    await using server = await scriptedServer(inTurn(problem(status, code, false)));
    const sending = impatient(server.url).client.send(event);
    await expect(sending).rejects.toMatchObject({ name: 'SluiceHttpError', status, code, retryable: false });
    expect(server.requests).toHaveLength(1);
  });

  test('an invalid event comes back with the pointers to what is wrong', async () => {
    const errors = [{ pointer: '#/data/page', detail: 'is required' }];
    await using server = await scriptedServer(
      inTurn({
        status: 422,
        body: { title: 'Invalid data', status: 422, code: 'invalid-data', retryable: false, errors },
      }),
    );
    await expect(impatient(server.url).client.send(event)).rejects.toMatchObject({ problem: { errors } });
  });

  test('waits as long as Retry-After says, in seconds or as a date', async () => {
    await using server = await scriptedServer(
      inTurn(
        problem(429, 'rate-limited', true, { 'retry-after': '7' }),
        () => problem(503, 'queue-unavailable', true, { 'retry-after': new Date(Date.now() + 30_000).toUTCString() }),
        accepted,
      ),
    );
    const { client, slept } = impatient(server.url, { baseMs: 1 });
    await client.send(event);
    expect(slept[0]).toBe(7000);
    // 7 s of it were skipped already, and an HTTP-date has whole seconds.
    expect(slept[1]).toBeGreaterThan(20_000);
    expect(slept[1]).toBeLessThanOrEqual(30_000);
  });

  test('ends with the last error when patience is over', async () => {
    await using server = await scriptedServer(inTurn(problem(503, 'queue-unavailable', true)));
    const { client, slept } = impatient(server.url, { retries: 3 });
    await expect(client.send(event)).rejects.toMatchObject({ status: 503, code: 'queue-unavailable', retryable: true });
    expect(server.requests).toHaveLength(4);
    expect(slept).toEqual([200, 400, 800]);
  });

  test('ends as a network error when no answer ever came', async () => {
    await using server = await scriptedServer(inTurn({ lose: 'answer' }));
    const sending = impatient(server.url, { retries: 1 }).client.send(event);
    await expect(sending).rejects.toMatchObject({ name: 'SluiceNetworkError', code: 'network', retryable: true });
    await expect(sending).rejects.toThrow(/^POST \/events: no answer \(fetch failed: .+\)$/);
    expect(server.requests).toHaveLength(2);
  });

  test.each(['localhost:3000', 'api.example.com', '/api', '', 'ftp://example.com'])(
    'the address %j is refused at once, and not asked again and again',
    (baseUrl) => {
      expect(() => createClient({ baseUrl })).toThrow(
        new TypeError(`baseUrl must begin with http:// or https://, and "${baseUrl.replace(/\/$/, '')}" does not`),
      );
    },
  );

  test('an address without a host is that of the page, where there is one', () => {
    vi.stubGlobal('location', new URL('https://shop.example.com/cart'));
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(() => createClient({ baseUrl: '/api' })).not.toThrow();
    expect(() => createClient({ baseUrl: 'localhost:3000' })).toThrow(TypeError);
  });

  test('an address without a host is that of what the page is in, where the page has none of its own', () => {
    vi.stubGlobal('location', 'about:srcdoc');
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(() => createClient({ baseUrl: '/api' })).toThrow(TypeError);
    vi.stubGlobal('document', { baseURI: 'https://shop.example.com/cart' });
    expect(() => createClient({ baseUrl: '/api' })).not.toThrow();
  });

  test.each(['', {}, 'about:srcdoc', 'data:text/html,shop', 'file:///shop.html', undefined])(
    'an address with a host is taken whatever stands in for a page: %j',
    (page) => {
      vi.stubGlobal('location', page);
      onTestFinished(() => void vi.unstubAllGlobals());
      expect(() => createClient({ baseUrl: 'https://api.example.com/prod/' })).not.toThrow();
      expect(() => createClient({ baseUrl: '/api' })).toThrow(TypeError);
    },
  );

  test('a request that hangs is given up and repeated', async () => {
    await using server = await scriptedServer(inTurn({ hang: true }, accepted));
    await impatient(server.url, { timeoutMs: 200 }).client.send(event);
    // A busy server may let the second one wait for so long too.
    expect(server.requests.length).toBeGreaterThan(1);
  });

  test('ends with the reason of the signal that aborts it, and is not repeated', async () => {
    await using server = await scriptedServer(inTurn({ hang: true }));
    const abort = new AbortController();
    const sending = impatient(server.url).client.send(event, { signal: abort.signal });
    await eventually(() => expect(server.requests).toHaveLength(1));
    abort.abort(new Error('the page was left'));
    await expect(sending).rejects.toThrow('the page was left');
    expect(server.requests).toHaveLength(1);
  });

  test('does not wait for a token longer than for an answer, nor than its caller waits', async () => {
    await using server = await scriptedServer(inTurn((request) => accepted(request)));
    const never = () => new Promise<string>(() => undefined);
    const hurried = impatient(server.url, { token: never, timeoutMs: 50, retries: 0 }).client;
    await expect(hurried.send(event)).rejects.toMatchObject({ name: 'SluiceNetworkError' });
    const reason = new Error('enough');
    const asking = impatient(server.url, { token: never }).client.get('a', { signal: AbortSignal.abort(reason) });
    await expect(asking).rejects.toBe(reason);
    const later = new AbortController();
    const waiting = impatient(server.url, { token: never }).client.get('a', { signal: later.signal });
    later.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
  });

  test.each<[string, () => string | Promise<string>]>([
    ['rejects', async () => Promise.reject(new Error('no session'))],
    [
      'throws',
      () => {
        throw new Error('no session');
      },
    ],
  ])('a token that %s is no answer: it is asked for again, and sendMany tells it of each event', async (_, fails) => {
    await using server = await scriptedServer(inTurn((request) => accepted(request)));
    let turn = 0;
    const { client } = impatient(server.url, { token: () => (++turn === 1 ? fails() : 'slc_1') });
    expect(await client.send(event)).toMatchObject({ status: 'accepted' });
    const none = impatient(server.url, { token: fails }).client;
    await expect(none.send(event)).rejects.toMatchObject({
      name: 'SluiceNetworkError',
      cause: { message: 'no session' },
    });
    expect(await none.sendMany([event, event])).toMatchObject([{ index: 0 }, { index: 1 }]);
  });

  test('carries the token, asked for anew at each try', async () => {
    await using server = await scriptedServer(inTurn(problem(503, 'queue-unavailable', true), accepted));
    let turn = 0;
    await impatient(server.url, { token: async () => `slc_${++turn}` }).client.send(event);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer slc_1', 'Bearer slc_2']);
  });

  test('asks to wait for the outcome, and hands back the settled event', async () => {
    await using server = await scriptedServer(
      inTurn({ status: 200, body: { id: 'a', status: 'succeeded', result: 1 } }),
    );
    const settled = await impatient(server.url).client.send(event, { wait: 5 });
    expect(server.requests[0]?.headers.prefer).toBe('wait=5');
    expect(settled).toMatchObject({ status: 'succeeded', result: 1 });
  });

  test('waits for whole seconds, whatever part of one it is asked for', async () => {
    await using server = await scriptedServer(inTurn({ status: 200, body: { id: 'a', status: 'succeeded' } }));
    const { client } = impatient(server.url, { timeoutMs: 1000.5 });
    expect(await client.send(event, { wait: 0.0125 })).toMatchObject({ status: 'succeeded' });
    expect(server.requests[0]?.headers.prefer).toBe('wait=1');
  });

  test('a 200 that is none of the API is an error, not a receipt', async () => {
    await using server = await scriptedServer(inTurn({ status: 200, body: '<html>Sign in to the airport</html>' }));
    await expect(impatient(server.url).client.send(event)).rejects.toMatchObject({ code: 'malformed-answer' });
  });

  test('a base address may carry a stage and a slash', async () => {
    await using server = await scriptedServer(inTurn(accepted));
    await impatient(`${server.url}/v1/`).client.send(event);
    expect(server.requests[0]?.path).toBe('/v1/events');
  });
});

describe('sending many', () => {
  type Sent = { id: string; data: number };
  const sentIn = (request: ReceivedRequest): Sent[] => JSON.parse(request.body);
  const numbers = (count: number) =>
    Array.from({ length: count }, (_, data) => ({ type: 'a.b', data, id: `e${data}` }));

  /** Answers an array as the API does, item by item. */
  const arrayAnswer = (
    request: ReceivedRequest,
    refuse: (event: Sent) => { code: string; retryable: boolean } | null,
  ) => {
    const results = sentIn(request).map((event, index) => {
      const refusal = refuse(event);
      return refusal
        ? { index, id: event.id, problem: { title: refusal.code, status: refusal.retryable ? 503 : 422, ...refusal } }
        : { index, id: event.id, source: '/', type: 'a.b', status: 'accepted', duplicate: false };
    });
    return { status: 207, body: { results } };
  };

  test('cuts into requests of a thousand, one after another, and numbers the results throughout', async () => {
    await using server = await scriptedServer((request) => arrayAnswer(request, () => null));
    const results = await impatient(server.url).client.sendMany(numbers(2500));
    expect(server.requests.map((request) => sentIn(request).length)).toEqual([1000, 1000, 500]);
    expect(results.map(({ index, id }) => `${index} ${id}`)).toEqual(
      numbers(2500).map(({ id }, index) => `${index} ${id}`),
    );
  });

  test('sends again only what was refused for the moment, with the same ids', async () => {
    await using server = await scriptedServer((request, turn) =>
      arrayAnswer(request, ({ data }) => {
        if (data === 1) return { code: 'invalid-data', retryable: false };
        return data > 1 && data > turn + 1 ? { code: 'queue-unavailable', retryable: true } : null;
      }),
    );
    const results = await impatient(server.url).client.sendMany(numbers(5));
    expect(server.requests.map((request) => sentIn(request).map(({ data }) => data))).toEqual([
      [0, 1, 2, 3, 4],
      [2, 3, 4],
      [3, 4],
      [4],
    ]);
    expect(results.map((result) => ('problem' in result ? result.problem.code : result.status))).toEqual([
      'accepted',
      'invalid-data',
      'accepted',
      'accepted',
      'accepted',
    ]);
  });

  test('repeats the whole request when its answer is lost', async () => {
    await using server = await scriptedServer((request, turn) =>
      turn === 0 ? { lose: 'answer' } : arrayAnswer(request, () => null),
    );
    const results = await impatient(server.url).client.sendMany([{ type: 'a.b', data: 1 }]);
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
    expect(results).toMatchObject([{ index: 0, status: 'accepted' }]);
  });

  test('says of each event what is wrong when patience is over, and goes on with the next request', async () => {
    await using server = await scriptedServer((request) =>
      sentIn(request)[0]?.id === 'e0' ? problem(503, 'queue-unavailable', true) : arrayAnswer(request, () => null),
    );
    const results = await impatient(server.url, { retries: 2 }).client.sendMany(numbers(1001));
    expect(server.requests).toHaveLength(4);
    expect(results[999]).toMatchObject({ id: 'e999', problem: { code: 'queue-unavailable' } });
    expect(results[1000]).toMatchObject({ index: 1000, id: 'e1000', status: 'accepted' });
  });

  test('an event that the answer leaves out is sent again', async () => {
    await using server = await scriptedServer((request, turn) => {
      const answer = arrayAnswer(request, () => null);
      return turn === 0 ? { ...answer, body: { results: answer.body.results.slice(0, 1) } } : answer;
    });
    const results = await impatient(server.url).client.sendMany(numbers(2));
    expect(results).toMatchObject([
      { id: 'e0', status: 'accepted' },
      { id: 'e1', status: 'accepted' },
    ]);
    expect(server.requests).toHaveLength(2);
  });

  test('nothing to send makes no request', async () => {
    await using server = await scriptedServer(inTurn(problem(500, 'never', false)));
    expect(await impatient(server.url).client.sendMany([])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  test('stops at the signal that aborts it', async () => {
    await using server = await scriptedServer(inTurn({ hang: true }));
    const signal = AbortSignal.timeout(50);
    await expect(impatient(server.url).client.sendMany(numbers(2), { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

describe('reading', () => {
  const stored = (status: string): Reaction => ({ status: 200, body: { id: 'a', status, attempts: [] } });

  test('get asks for an event by id and source', async () => {
    await using server = await scriptedServer(inTurn(stored('succeeded')));
    expect(await impatient(server.url).client.get('a/b', { source: '/pos' })).toMatchObject({ status: 'succeeded' });
    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/events/~?id=a%2Fb&source=%2Fpos' });
  });

  test('get says that an event is unknown', async () => {
    await using server = await scriptedServer(inTurn(problem(404, 'event-unknown', false)));
    await expect(impatient(server.url).client.get('a')).rejects.toMatchObject({ status: 404, code: 'event-unknown' });
  });

  test('wait goes on while the event is unknown, accepted or retrying, until it is settled', async () => {
    await using server = await scriptedServer(
      inTurn(problem(404, 'event-unknown', false), stored('accepted'), stored('retrying'), stored('rejected')),
    );
    expect(await impatient(server.url).client.wait('a', { seconds: 40 })).toMatchObject({ status: 'rejected' });
    expect(server.requests.map(({ headers }) => headers.prefer)).toEqual(Array(4).fill('wait=25'));
  });

  test('wait ends with what is known when the time is over', async () => {
    await using server = await scriptedServer(inTurn(stored('retrying')));
    const { client, slept } = impatient(server.url);
    expect(await client.wait('a', { seconds: 2 })).toMatchObject({ status: 'retrying' });
    expect(slept.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(2000);
  });

  test('wait ends with the 404 of an event that never appeared', async () => {
    await using server = await scriptedServer(inTurn(problem(404, 'event-unknown', false)));
    await expect(impatient(server.url).client.wait('a', { seconds: 1 })).rejects.toMatchObject({ status: 404 });
  });

  test('wait ends in its time where nobody answers, tries and their pauses included', async () => {
    await using server = await scriptedServer(inTurn(problem(503, 'store-unavailable', true)));
    const { client, slept } = impatient(server.url, { baseMs: 800, capMs: 800 });
    await expect(client.wait('a', { seconds: 2 })).rejects.toMatchObject({ status: 503 });
    expect(slept).toEqual([800, 800]);
    expect(server.requests).toHaveLength(3);
  });

  test('list and follow leave out what is undefined', async () => {
    const left = new AbortController();
    const empty = { status: 200, body: { items: [], next: null } };
    const last = () => {
      left.abort();
      return empty;
    };
    await using server = await scriptedServer(inTurn(empty, last));
    const { client } = impatient(server.url);
    // As JavaScript writes it, or TypeScript without exactOptionalPropertyTypes.
    const filter: object = { type: undefined, since: undefined };
    for await (const _ of client.list(filter));
    await expect(client.follow(filter, { signal: left.signal }).next()).rejects.toThrow();
    expect(server.requests.map(({ path }) => path)).toEqual(['/events?limit=200', '/events?order=settled&limit=200']);
  });

  test('wait does not go on for ever about another error', async () => {
    await using server = await scriptedServer(inTurn(problem(403, 'scope-missing', false)));
    await expect(impatient(server.url).client.wait('a', { seconds: 60 })).rejects.toMatchObject({ status: 403 });
    expect(server.requests).toHaveLength(1);
  });

  test('list reads page after page, and only as many as are asked for', async () => {
    const page = (ids: string[], next: string | null): Reaction => ({
      status: 200,
      body: { items: ids.map((id) => ({ id, status: 'succeeded' })), next },
    });
    await using server = await scriptedServer(inTurn(page(['a', 'b'], 'c1'), page(['c'], 'c2'), page(['d'], null)));
    const { client } = impatient(server.url);
    const ids: string[] = [];
    for await (const { id } of client.list({ status: 'succeeded', since: '2026-11-23T00:00:00Z' })) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c', 'd']);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/events?status=succeeded&since=2026-11-23T00%3A00%3A00Z&limit=200',
      '/events?status=succeeded&since=2026-11-23T00%3A00%3A00Z&limit=200&cursor=c1',
      '/events?status=succeeded&since=2026-11-23T00%3A00%3A00Z&limit=200&cursor=c2',
    ]);
    for await (const { id } of client.list()) if (id === 'd') break;
    expect(server.requests).toHaveLength(4);
  });

  test('follow goes on for ever, pauses where nothing is new, and drops what comes again', async () => {
    const at = (second: number) => `2026-11-23T12:00:0${second}.000Z`;
    const page = (next: string, ...items: [string, number][]): Reaction => ({
      status: 200,
      body: {
        items: items.map(([id, second]) => ({ id, source: '/s', status: 'failed', settledtime: at(second) })),
        next,
      },
    });
    await using server = await scriptedServer(
      inTurn(page('c1', ['a', 1], ['b', 2]), page('c2', ['b', 2], ['a', 3]), page('c2'), page('c3', ['c', 4])),
    );
    const { client, slept } = impatient(server.url);
    const over = new AbortController();
    const seen: string[] = [];
    const following = async () => {
      for await (const { id, settledtime } of client.follow({ type: 't' }, { signal: over.signal, everyMs: 300 })) {
        seen.push(`${id} ${settledtime}`);
        if (id === 'c') over.abort(new Error('enough'));
      }
    };
    await expect(following()).rejects.toThrow('enough');
    expect(seen).toEqual([`a ${at(1)}`, `b ${at(2)}`, `a ${at(3)}`, `c ${at(4)}`]);
    expect(slept).toEqual([300, 300, 300]);
    const query = '/events?type=t&order=settled&limit=200';
    const cursors = ['', '&cursor=c1', '&cursor=c2', '&cursor=c2'];
    expect(server.requests.map(({ path }) => path)).toEqual(cursors.map((cursor) => query + cursor));
  });
});
