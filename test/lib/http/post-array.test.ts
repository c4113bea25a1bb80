import { describe, expect, it } from 'vitest';
import type { PublicationOutcome } from '../../../lib/ports/publisher.ts';
import { ingestWorld } from '../../support/ingest-world.ts';

const event = (id: string, parcel = 'p') => ({ type: 'parcel.sent', id, data: { parcel } });
const malformed = { id: 'm', type: '' };
const unacceptable = { ...event('u'), data: {} };
const unknown = { type: 'no.such', id: 'n' };

describe('an array', () => {
  it('of one event is answered as an array', async () => {
    const answer = await ingestWorld().post([event('e')], { prefer: 'wait=5' });
    expect(answer.status).toBe(202);
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.headers).not.toHaveProperty('preference-applied');
    expect(answer.body).toEqual({
      accepted: 1,
      duplicates: 0,
      refused: 0,
      results: [
        { index: 0, id: 'e', source: '/tenants/local', type: 'parcel.sent', status: 'accepted', duplicate: false },
      ],
    });
  });

  it('of nothing is 202 with no results', async () => {
    const world = ingestWorld();
    for (const type of ['application/json', 'application/cloudevents-batch+json']) {
      expect(await world.post('[]', { 'content-type': type })).toMatchObject({
        status: 202,
        body: { accepted: 0, duplicates: 0, refused: 0, results: [] },
      });
    }
    expect(world.claims.calls).toEqual([]);
  });

  it('of 1,000 events is taken, results in the order sent', async () => {
    const world = ingestWorld();
    const ids = Array.from({ length: 1000 }, (_, index) => `e-${index}`);
    const { body } = await world.post(ids.map((id) => event(id)));
    expect(body).toMatchObject({ accepted: 1000, results: ids.map((id, index) => ({ index, id })) });
    expect(world.claims.calls).toEqual(['claim', 'confirm']);
  });

  it('takes good events beside bad ones: 207, each with its own answer', async () => {
    const world = ingestWorld();
    await world.post(event('known'));
    const sent = [
      event('a'),
      5,
      malformed,
      event('known'),
      unacceptable,
      null,
      { ...event('x'.repeat(257)) },
      [event('b')],
      event('b'),
    ];
    const answer = await world.post(sent);
    expect(answer.status).toBe(207);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toMatchObject({
      accepted: 2,
      duplicates: 1,
      refused: 6,
      results: [
        { index: 0, id: 'a', duplicate: false },
        { index: 1, problem: { code: 'invalid-event' } },
        { index: 2, id: 'm', problem: { code: 'invalid-event', errors: [{ pointer: '#/type' }] } },
        { index: 3, id: 'known', duplicate: true },
        { index: 4, id: 'u', problem: { code: 'invalid-data', errors: [{ pointer: '#/data/parcel' }] } },
        { index: 5, problem: { code: 'invalid-event' } },
        { index: 6, problem: { code: 'invalid-event' } },
        { index: 7, problem: { code: 'invalid-event' } },
        { index: 8, id: 'b', duplicate: false },
      ],
    });
    for (const index of [1, 5, 6, 7]) {
      expect(answer.body.results).toHaveProperty([index]);
      expect(answer.body).not.toHaveProperty(['results', index, 'id']);
    }
    expect(world.messages().map(({ id }) => id)).toEqual(['known', 'a', 'b']);
  });

  it('of events whose code breaks takes the others', async () => {
    const answer = await ingestWorld().post([{ type: 'broken.code', data: 1 }, event('a')]);
    expect(answer).toMatchObject({
      status: 207,
      body: { accepted: 1, results: [{ problem: { code: 'invalid-data' } }, { id: 'a' }] },
    });
  });

  it('with an id twice: equal is a duplicate, different is 422', async () => {
    const world = ingestWorld();
    const answer = await world.post([
      event('e'),
      event('e'),
      event('e', 'other'),
      { ...event('e', 'other'), source: '/other' },
    ]);
    expect(answer).toMatchObject({
      status: 207,
      body: {
        accepted: 2,
        duplicates: 1,
        refused: 1,
        results: [
          { duplicate: false },
          { id: 'e', duplicate: true, status: 'accepted' },
          { id: 'e', problem: { code: 'id-reused' } },
          { duplicate: false },
        ],
      },
    });
    expect(world.messages()).toHaveLength(2);
  });

  it.each<[PublicationOutcome, number]>([
    ['unanswered', 5],
    ['refused', 2],
  ])('gives a copy the answer of its first, also 503 (%s)', async (outcome, retryAfter) => {
    const world = ingestWorld();
    world.queue.answers.push(outcome);
    const answer = await world.post([event('e'), event('e')]);
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': String(retryAfter) },
      body: { refused: 2, results: [{ problem: { status: 503 } }, { id: 'e', problem: { status: 503 } }] },
    });
  });

  it('with a bad event before a good one of the same id takes the good one', async () => {
    const answer = await ingestWorld().post([{ ...event('e'), data: {} }, event('e')]);
    expect(answer).toMatchObject({
      status: 207,
      body: { accepted: 1, duplicates: 0, results: [{ problem: {} }, { duplicate: false }] },
    });
  });

  it.each<[string, unknown[], PublicationOutcome[], number, string | undefined]>([
    ['all malformed: 400', [malformed, 5], [], 400, undefined],
    ['all unacceptable: 422', [unacceptable, unknown], [], 422, undefined],
    ['malformed and unacceptable: 422', [malformed, unacceptable], [], 422, undefined],
    [
      'too large and malformed: 422',
      [{ type: 'anything.happened', data: 'x'.repeat(1_100_000) }, malformed],
      [],
      422,
      undefined,
    ],
    ['too large, all of them: 413', [{ type: 'anything.happened', data: 'x'.repeat(1_100_000) }], [], 413, undefined],
    ['in flight, all of them: 409', [event('held')], [], 409, '1'],
    ['in flight and malformed: 409', [malformed, event('held')], [], 409, '1'],
    ['not sent and malformed: 503', [malformed, event('a')], ['refused'], 503, '2'],
    ['in flight, then not sent: 503', [event('held'), event('a')], ['refused'], 503, '2'],
    [
      'not sent and without an answer: the longest Retry-After',
      [event('a'), event('b')],
      ['refused', 'unanswered'],
      503,
      '5',
    ],
    ['one duplicate among refusals: 207', [event('known'), malformed, unacceptable], [], 207, undefined],
  ])('when none is taken answers with what they have in common: %s', async (_, sent, answers, status, retryAfter) => {
    const world = ingestWorld();
    await world.post(event('known'));
    world.queue.answers.push('unanswered');
    await world.post(event('held'));
    world.queue.answers.push(...answers);
    const answer = await world.post(sent);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(answer.body.results).toHaveLength(sent.length);
  });

  it.each([
    ['no token at all: 429', 0, [event('a'), event('b')], 429],
    ['one in flight, one without a token: 429 before 409', 0, [event('held'), event('a')], 429],
    ['one without a token, one malformed: 429', 0, [malformed, event('a')], 429],
  ])('over the rate limit: %s', async (_, tokens, sent, status) => {
    const world = ingestWorld({}, { rateLimit: { quota: 10, windowSeconds: 1 } });
    world.queue.answers.push('unanswered');
    await world.post(event('held'));
    world.rates.tokens = tokens;
    expect(await world.post(sent)).toMatchObject({
      status,
      headers: { 'retry-after': '1', ratelimit: expect.any(String) },
    });
  });

  it('entry 13: of a thousand events with many faults each is answered within 1 MB, each event with its code', async () => {
    const world = ingestWorld();
    const name = (field: number) => `${field}${' '.repeat(80)}`;
    const fields = Object.fromEntries(Array.from({ length: 12 }, (_, field) => [name(field), 1]));
    const faulty = { type: 'parcel.sent', data: fields };
    const sent = [...Array.from({ length: 999 }, (_, index) => ({ ...faulty, id: `e-${index}` })), event('good')];
    const { status, body } = await world.post(sent);
    expect(status).toBe(207);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(1_000_000);
    expect(body).toMatchObject({ accepted: 1, refused: 999 });
    const results = body.results as { index: number; id: string; problem: { errors?: unknown[] } }[];
    expect(results.map(({ index }) => index)).toEqual(sent.map((_, index) => index));
    for (const { problem } of results.slice(0, 999)) {
      expect(problem).toMatchObject({ code: 'invalid-data', status: 422, title: expect.any(String), retryable: false });
    }
    const full = results.findIndex(({ problem }) => problem.errors === undefined);
    expect(full).toBeGreaterThan(50);
    expect(results.slice(0, full).every(({ problem }) => problem.errors?.length === 13)).toBe(true);
    expect(results.slice(full, 999).every(({ problem }) => problem.errors === undefined)).toBe(true);
  });

  it('of a thousand events with the longest ids that are all refused is answered within 1 MB', async () => {
    const sent = Array.from({ length: 1000 }, (_, index) => ({
      id: `${String(index).padStart(4, '0')}${'€'.repeat(252)}`,
      type: 'parcel.sent',
      data: {},
    }));
    const { body } = await ingestWorld().post(sent);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(1_000_000);
    expect(body).toMatchObject({
      refused: 1000,
      results: sent.map(({ id }) => ({ id, problem: { code: 'invalid-data' } })),
    });
  });

  it('of a thousand events with the longest ids and sources tells each whole, which fits into an answer of Lambda', async () => {
    const sent = Array.from({ length: 1000 }, (_, index) => ({
      ...event(`${String(index).padStart(4, '0')}${'€'.repeat(252)}`),
      source: `/${'s'.repeat(511)}`,
    }));
    const { body } = await ingestWorld().post(sent);
    expect(body).toMatchObject({ accepted: 1000, results: sent.map(({ id, source }) => ({ id, source })) });
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(1_500_000);
  });
});
