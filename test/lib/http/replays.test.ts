import { describe, expect, it } from 'vitest';
import { replays } from '../../../lib/http/replays.ts';
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
  const own = (id: string, tenant: string | undefined) => {
    const job = stored.get(id);
    return job && (tenant === undefined || job.tenant === tenant) ? job : null;
  };
  const jobs: ReplayJobs = {
    count: async (tenant, filter) => {
      counted.push({ tenant, filter });
      return 7;
    },
    create: async (job) => void stored.set(job._id, job),
    get: async (id, tenant) => own(id, tenant),
    next: async () => null,
    advance: async () => null,
    cancel: async (id, tenant) => {
      const job = own(id, tenant);
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
  const ask = (method: string, id: string, sent: Sent = {}) =>
    call(handler, { method, path: `/replays/${id}`, id, ...sent });
  return { stored, counted, published, answers, post, ask };
}

describe('POST /replays', () => {
  it('is 202 with the job and where its progress is', async () => {
    const { post, ask, published, counted } = world();
    const filter = {
      type: 'a.b',
      cause: 'permanent',
      group: 'g',
      since: '2026-11-23T12:00:00Z',
      until: '2026-11-24T12:00:00Z',
    };
    const answer = await post({ filter, rate: 5 });
    expect(answer).toMatchObject({
      status: 202,
      body: { state: 'running', rate: 5, matched: 7, replayed: 0, passedOver: 0 },
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

  it('with dryRun only counts', async () => {
    const { post, stored, published } = world();
    expect(await post({ filter: {}, dryRun: true })).toMatchObject({ status: 200, body: { matched: 7 } });
    expect([stored.size, published]).toEqual([0, []]);
  });

  it('is 503 when SQS does not take it, and nothing is replayed', async () => {
    const { post, stored, answers } = world();
    answers.push('refused');
    expect(await post({ filter: {} })).toMatchObject({ status: 503, body: { code: 'queue-unavailable' } });
    expect([...stored.values()]).toMatchObject([{ state: 'cancelled' }]);
  });

  it.each([
    undefined,
    {},
    { filter: null },
    { filter: [] },
    { filter: { state: 'open' } },
    { filter: { cause: 'bug' } },
    { filter: { type: 7 } },
    { filter: { since: 'yesterday' } },
    { filter: {}, rate: 0 },
    { filter: {}, rate: 51 },
    { filter: {}, rate: 1.5 },
    ...[null, 'yes', 'true', 0, 1, [], {}].map((dryRun) => ({ filter: {}, dryRun })),
    ...[null, '5', [5], true].map((rate) => ({ filter: {}, rate })),
    ...['type', 'cause', 'group', 'since', 'until'].flatMap((name) =>
      [null, 7, true, '', [], ['a'], {}].map((value) => ({ filter: { [name]: value } })),
    ),
    { filter: 'all' },
    [],
    null,
    { filter: {}, more: 1 },
  ])('is 400 for %j', async (body) => {
    const { post, stored, published } = world();
    expect(await post(body)).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
    expect([stored.size, published]).toEqual([0, []]);
  });

  it('says what a misspelt member may have meant, and where it stands', async () => {
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

describe('GET and DELETE /replays/{id}', () => {
  it('show and cancel a job of this tenant; another tenant’s is not there', async () => {
    const { post, ask } = world();
    const { body } = await post({ filter: {} });
    const id = String(body.id);
    for (const method of ['GET', 'DELETE']) {
      const unknown = { status: 404, body: { code: 'replay-unknown' } };
      expect(await ask(method, id, keyOf('acme', '*'))).toMatchObject(unknown);
      expect(await ask(method, 'none')).toMatchObject(unknown);
    }
    expect(await ask('GET', id)).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(await ask('DELETE', id)).toMatchObject({ status: 200, body: { id, state: 'cancelled' } });
    expect(await ask('GET', id)).toMatchObject({ body: { state: 'cancelled' } });
  });

  it('need the scope failures:write, as beginning one does', async () => {
    const { post, ask } = world();
    const answers = [
      await post({ filter: {} }, keyOf('acme', 'failures:read')),
      await ask('GET', 'x', keyOf('acme', 'failures:read')),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 403, body: { code: 'scope-missing' } });
  });
});
