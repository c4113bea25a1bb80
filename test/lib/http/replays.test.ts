import { describe, expect, it } from 'vitest';
import { replays } from '../../../lib/http/replays.ts';
import type { Reach } from '../../../lib/ports/failure-queries.ts';
import type { PublicationOutcome } from '../../../lib/ports/publisher.ts';
import type { ReplayJob, ReplayJobs } from '../../../lib/ports/replay-jobs.ts';
import { call, keyOf, type Sent } from '../../support/api-gateway.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { served } from '../../support/served.ts';

function world() {
  const stored = new Map<string, ReplayJob>();
  const counted: unknown[] = [];
  const published: string[] = [];
  const answers: PublicationOutcome[] = [];
  const samples: { id: string; data?: string }[] = [];
  const pages: unknown[] = [];
  const outcomes = { succeeded: 0, rejected: 0, expired: 0, failedAgain: 0, waiting: 0 };
  const own = (id: string, reach: Reach | undefined) => {
    const job = stored.get(id);
    return job && (reach === undefined || reach.tenants.includes(job.tenant)) ? job : null;
  };
  const jobs: ReplayJobs = {
    count: async ({ tenants: [tenant] }, filter) => {
      counted.push({ tenant, filter });
      return 7;
    },
    sample: async () => samples,
    create: async (job) => Boolean(stored.set(job._id, job)),
    running: async (tenant) =>
      [...stored.values()].find((one) => one.tenant === tenant && one.state === 'running') ?? null,
    get: async (id, reach) => own(id, reach),
    list: async ({ tenants: [tenant] }, page) => {
      pages.push({ tenant, page });
      return { items: [...stored.values()].filter((one) => one.tenant === tenant), next: 'next-1' };
    },
    outcomes: async (some) => some.map(() => ({ ...outcomes })),
    hasReplayed: async () => false,
    wake: async () => true,
    lastTaken: async () => 0,
    next: async () => null,
    take: async () => null,
    tell: async () => {},
    end: async () => {},
    cancel: async (id, reach) => {
      const job = own(id, reach);
      if (job) job.state = 'cancelled';
      return job;
    },
  };
  const publisher = {
    publish: async (publications: readonly { queueUrl: string }[]) =>
      publications.map(({ queueUrl }) => {
        published.push(queueUrl);
        return answers.shift() ?? 'sent';
      }),
  };
  const ports = { jobs, publisher, clock: fakeClock(), queueUrlPrefix: 'http://queue/' };
  const handler = served(replays(ports));
  const post = (body?: unknown, sent: Sent = {}) =>
    call(handler, { path: '/replays', ...(body !== undefined && { body: JSON.stringify(body) }), ...sent });
  const list = (query = '', sent: Sent = {}) => call(handler, { method: 'GET', path: `/replays${query}`, ...sent });
  const ask = (method: string, id: string, sent: Sent = {}) =>
    call(handler, { method, path: `/replays/${id}`, id, ...sent });
  return { stored, counted, published, answers, samples, pages, outcomes, post, ask, list };
}

describe('POST /replays', () => {
  it('is 202 with the job and where its progress is', async () => {
    const { post, ask, published, counted } = world();
    const filter = {
      type: 'a.b',
      cause: 'permanent',
      code: 'c',
      group: 'g',
      status: ['open', 'discarded'],
      source: '/s',
      ids: ['f-1', 'f-2'],
      since: '2026-11-23T12:00:00Z',
      until: '2026-11-24T12:00:00Z',
    };
    const answer = await post({ filter, rate: 5 });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        kind: 'replay',
        state: 'running',
        rate: 5,
        by: { key: 'none', name: 'none' },
        matched: 7,
        done: 0,
        passedOver: 0,
        outcomes: { succeeded: 0, rejected: 0, expired: 0, failedAgain: 0, waiting: 0 },
      },
    });
    const asked = { ...filter, since: '2026-11-23T12:00:00.000Z', until: '2026-11-24T12:00:00.000Z' };
    expect(answer.body.filter).toEqual(asked);
    expect(counted).toEqual([{ tenant: 'local', filter: asked }]);
    expect(answer.headers.location).toBe(`/replays/${answer.body.id}`);
    expect(published).toEqual(['http://queue/replays']);
    expect(await ask('GET', String(answer.body.id))).toEqual(
      expect.objectContaining({ status: 200, body: answer.body }),
    );
  });

  it('with dryRun only counts and shows some, whose data goes no further than 1 MB, and to nobody who may not see it', async () => {
    const { post, stored, published, samples } = world();
    samples.push({ id: 'f-1', data: '{"parcel":"p"}' }, { id: 'f-2', data: JSON.stringify('x'.repeat(1_048_570)) });
    expect(await post({ filter: {}, dryRun: true })).toMatchObject({
      status: 200,
      body: { matched: 7, samples: [{ id: 'f-1', data: { parcel: 'p' } }, { id: 'f-2' }] },
    });
    const { body } = await post({ filter: {}, dryRun: true }, keyOf('acme', 'failures:write'));
    expect(body.samples).toEqual([{ id: 'f-1' }, { id: 'f-2' }]);
    expect([stored.size, published]).toEqual([0, []]);
  });

  it('entry 14: is 409 while another one of the tenant runs, with its link', async () => {
    const { post, published } = world();
    const { body } = await post({ filter: {} });
    const self = `/replays/${body.id}`;
    const refused = await post({ filter: { group: 'g' } });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'job-running', retryable: true, job: { id: body.id, links: { self } } },
    });
    expect(refused.headers['retry-after']).toBe('10');
    expect(published).toHaveLength(1);
    expect(await post({ filter: {}, dryRun: true })).toMatchObject({ status: 200 });
    expect(await post({ filter: {} }, keyOf('acme', 'operator'))).toMatchObject({ status: 202 });
  });

  it('is 503 when SQS does not take it, and nothing is replayed', async () => {
    const { post, stored, answers } = world();
    answers.push('refused');
    expect(await post({ filter: {} })).toMatchObject({ status: 503, body: { code: 'queue-unavailable' } });
    expect([...stored.values()]).toMatchObject([{ state: 'cancelled' }]);
  });

  it.each<unknown>([
    undefined,
    {},
    { filter: null },
    { filter: [] },
    { filter: { state: 'open' } },
    { filter: { cause: 'bug' } },
    { filter: { type: 7 } },
    { filter: { since: 'yesterday' } },
    { filter: { since: `2026-11-23T12:00:00.${'0'.repeat(60)}Z` } },
    { filter: { constructor: 'x' } },
    { filter: { type: '' } },
    { filter: { type: null } },
    { filter: { status: 'open' } },
    { filter: { status: [] } },
    { filter: { status: ['failed'] } },
    { filter: { ids: [] } },
    { filter: { ids: ['f-1', 7] } },
    { filter: {}, dryRun: null },
    { filter: {}, rate: null },
    { filter: {}, rate: 0 },
    { filter: {}, rate: 51 },
    { filter: {}, rate: 1.5 },
    ...[null, 'yes', 'true', 0, 1, [], {}].map((dryRun) => ({ filter: {}, dryRun })),
    ...[null, '5', [5], true].map((rate) => ({ filter: {}, rate })),
    ...['type', 'cause', 'code', 'group', 'source', 'since', 'until'].flatMap((name) =>
      [null, 7, true, '', [], ['a'], {}].map((value) => ({ filter: { [name]: value } })),
    ),
    { filter: 'all' },
    [],
    null,
    { filter: {}, more: 1 },
  ])('entry 41: is 400 for %j', async (body) => {
    const { post, stored, published } = world();
    expect(await post(body)).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
    expect([stored.size, published]).toEqual([0, []]);
  });

  it('entry 17: says what a misspelt member may have meant, and where it stands', async () => {
    const { post } = world();
    expect((await post({ filter: {}, dryrun: true })).body).toMatchObject({
      parameter: 'dryrun',
      suggestions: ['dryRun'],
    });
    expect((await post({ filter: { tpye: 'a.b' } })).body).toMatchObject({
      parameter: 'filter.tpye',
      suggestions: ['type'],
    });
    expect((await post('{"filter":{"__proto__":{"type":"a.b"}}}')).status).toBe(400);
  });
});

const tooLong = [
  ...['type', 'code', 'group', 'source'].map((name) => ({ [name]: 'x'.repeat(513) })),
  { ids: ['x'.repeat(513)] },
  { ids: Array.from({ length: 1001 }, (_, index) => `f-${index}`) },
];
it.each(tooLong)('entry 14: POST /replays is 400 for a filter that is too long: %#', async (filter) => {
  const { post, stored } = world();
  const answer = await post({ filter });
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
  expect(JSON.stringify(answer.body).length).toBeLessThan(1000);
  expect(stored.size).toBe(0);
});

describe('GET /replays', () => {
  it('lists those of the tenant, with what became of each and the way to the next page', async () => {
    const { post, list, pages, outcomes } = world();
    const { body } = await post({ filter: {} });
    Object.assign(outcomes, { succeeded: 3, failedAgain: 2, waiting: 1 });
    const answer = await list('?limit=7');
    expect(answer).toMatchObject({ status: 200, body: { items: [{ id: body.id, done: 6, outcomes }] } });
    const next = String(answer.body.next);
    expect(answer.headers.link).toContain(`cursor=${next}`);
    await list(`?limit=5&cursor=${next}`);
    expect(pages).toEqual([
      { tenant: 'local', page: { limit: 7 } },
      { tenant: 'local', page: { limit: 5, cursor: 'next-1' } },
    ]);
    const strange = { status: 400, body: { code: 'invalid-parameter', parameter: 'cursor' } };
    expect(await list('?cursor=next-1')).toMatchObject(strange);
    expect(await list(`?cursor=${next}`, keyOf('acme', 'operator'))).toMatchObject(strange);
    expect(await list('', keyOf('acme', 'failures:read'))).toMatchObject({ status: 200, body: { items: [] } });
    expect(await list('?limit=0')).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
  });
});

describe('GET and DELETE /replays/{id}', () => {
  it('show and cancel a job of this tenant; another tenant’s is not there', async () => {
    const { post, ask } = world();
    const { body } = await post({ filter: {} });
    const id = String(body.id);
    for (const method of ['GET', 'DELETE']) {
      const unknown = { status: 404, body: { code: 'replay-unknown' } };
      expect(await ask(method, id, keyOf('acme', 'operator'))).toMatchObject(unknown);
      expect(await ask(method, 'none')).toMatchObject(unknown);
    }
    expect(await ask('GET', id)).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(await ask('DELETE', id)).toMatchObject({ status: 200, body: { id, state: 'cancelled' } });
    expect(await ask('GET', id)).toMatchObject({ body: { state: 'cancelled' } });
  });

  it('reading needs the scope failures:read, beginning and cancelling failures:write', async () => {
    const { post, ask, list } = world();
    const [reads, writes] = [keyOf('acme', 'failures:read'), keyOf('acme', 'failures:write')];
    const refused = { status: 403, body: { code: 'scope-missing' } };
    for (const answer of [await post({ filter: {} }, reads), await ask('DELETE', 'x', reads)])
      expect(answer).toMatchObject(refused);
    for (const answer of [await list('', writes), await ask('GET', 'x', writes)]) expect(answer).toMatchObject(refused);
  });
});
