import { describe, expect, it, test } from 'vitest';
import type { PublicationOutcome } from '../../../lib/ports/publisher.ts';
import { type IngestWorld, ingestWorld } from '../../support/ingest-world.ts';

const event = (id: string, parcel = 'p') => ({ type: 'parcel.sent', id, data: { parcel } });

/** Nothing else happens until the promises that are ready have gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A publisher that waits until the test lets it go on. */
function heldPublisher(world: IngestWorld) {
  const { publish } = world.queue;
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  world.queue.publish = async (...args) => {
    await held;
    return publish(...args);
  };
  return () => letGo();
}

describe('one id, several requests', () => {
  it('is new once, then a duplicate with the present status', async () => {
    const world = ingestWorld();
    expect(await world.post(event('e'))).toMatchObject({ status: 202, body: { status: 'accepted', duplicate: false } });
    expect(await world.post(event('e'))).toMatchObject({ status: 202, body: { status: 'accepted', duplicate: true } });
    world.settle({ id: 'e' });
    expect(await world.post(event('e'))).toMatchObject({ status: 202, body: { status: 'succeeded', duplicate: true } });
    expect(world.messages()).toHaveLength(1);
  });

  it('goes to a standard queue in the group of its tenant, to an ordered one in that of its order (protocol: fair-queues)', async () => {
    const world = ingestWorld();
    await world.post(event('e'));
    await world.post({ id: 'm', type: 'parcel.moved', data: { parcel: 'p', to: 'Kiel' } });
    const [standard, ordered] = world.queue.published;
    expect(standard).toMatchObject({ queueUrl: expect.stringMatching(/parcel-sent$/), group: 'local' });
    expect(standard).not.toHaveProperty('deduplicationId');
    expect(ordered?.group).toMatch(/^[\w-]{43}$/);
  });

  it('is 422 with another payload, and its first payload is left alone', async () => {
    const world = ingestWorld();
    await world.post(event('e', 'first'));
    const answer = await world.post(event('e', 'second'));
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'id-reused', retryable: false, errors: [{ pointer: '#/id' }] },
    });
    expect(world.messages()).toMatchObject([{ data: { parcel: 'first' } }]);
    expect(await world.post(event('e', 'first'))).toMatchObject({ body: { duplicate: true } });
  });

  it.each(['p', 'other'])('is 409 while another request holds it, whatever the payload (%s)', async (parcel) => {
    const world = ingestWorld();
    const letGo = heldPublisher(world);
    const first = world.post(event('e'));
    await settled();
    expect(await world.post(event('e', parcel))).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      body: { code: 'in-flight', retryable: true, status: 409 },
    });
    letGo();
    expect(await first).toMatchObject({ status: 202, body: { duplicate: false } });
    expect(world.messages()).toHaveLength(1);
  });

  it('is published once for 50 equal requests at once, and every other is 409 or a duplicate (protocol: claim)', async () => {
    const world = ingestWorld();
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.post(event('e'))));
    expect(answers.filter(({ status, body }) => status === 202 && body.duplicate === false)).toHaveLength(1);
    expect(
      answers.every(({ status, body }) => status === 409 || (status === 202 && typeof body.duplicate === 'boolean')),
    ).toBe(true);
    expect(world.messages()).toHaveLength(1);
    expect(await world.post(event('e'))).toMatchObject({ status: 202, body: { duplicate: true } });
  });

  it('two ids that join alike are two events (protocol: event-key)', async () => {
    const world = ingestWorld();
    await world.post({ ...event('d'), source: 'b/c' });
    expect(await world.post({ ...event('c/d'), source: 'b' })).toMatchObject({ body: { duplicate: false } });
    expect(world.messages()).toHaveLength(2);
  });

  it('is not known under another source', async () => {
    const world = ingestWorld();
    await world.post({ ...event('e'), source: '/a' });
    expect(await world.post({ ...event('e', 'other'), source: '/b' })).toMatchObject({ body: { duplicate: false } });
  });

  it('does not take the outcome of another payload for its own', async () => {
    const world = ingestWorld();
    await world.post(event('e'));
    world.settle({ id: 'e' }, { fingerprint: 'of another' });
    expect(await world.post(event('e'))).toMatchObject({ body: { status: 'accepted', duplicate: true } });
  });
});

describe('what SQS says', () => {
  const answering = (...answers: PublicationOutcome[]) => {
    const world = ingestWorld();
    world.queue.answers.push(...answers);
    return world;
  };

  it.each<[PublicationOutcome, number, object]>([
    [{ tooLarge: true, most: 262_144 }, 413, { code: 'event-too-large', limit: 262_144 }],
    [{ tooLarge: true }, 413, { code: 'event-too-large' }],
    ['unacceptable', 500, { code: 'internal-error' }],
  ])(
    'entry 43: %j is for good: it is not to be repeated, it is logged, and its id is free',
    async (outcome, status, body) => {
      const world = answering(outcome);
      const answer = await world.post(event('e'));
      expect(answer).toMatchObject({ status, body: { ...body, retryable: false } });
      expect(answer.headers).not.toHaveProperty('retry-after');
      expect(world.logged).toEqual([{ level: 'error', message: 'the queue refuses an event for good' }]);
      expect(world.claims.calls).toEqual(['claim', 'release']);
    },
  );

  it.each<[PublicationOutcome, RegExp]>([
    ['refused', /did not take/],
    ['unsent', /did not take/],
    ['unanswered', /may hold/],
  ])('%s is 503 that names the id and says that repeating is safe', async (outcome, words) => {
    const world = answering(outcome);
    const answer = await world.post(event('a "b"'));
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^[1-9]$/) },
      body: { code: 'queue-unavailable', retryable: true, id: 'a "b"', detail: expect.stringMatching(words) },
    });
    expect(answer.body.detail).toMatch(/"a \\"b\\"".*again with this id is safe/);
  });

  it.each<PublicationOutcome>(['refused', 'unsent'])('a Failed entry (%s) frees the id at once', async (outcome) => {
    const world = answering(outcome);
    await world.post(event('e'));
    expect(world.claims.standing.size).toBe(0);
    expect(await world.post(event('e', 'even another payload'))).toMatchObject({
      status: 202,
      body: { duplicate: false },
    });
  });

  it('a publish whose answer was lost keeps the id until its claim expires, then takes the repetition (protocol: silence-is-not-no)', async () => {
    const world = answering('unanswered');
    await world.post(event('e'));
    expect(await world.post(event('e'))).toMatchObject({ status: 409 });
    world.clock.advance(5000);
    expect(await world.post(event('e'))).toMatchObject({ status: 202, body: { duplicate: false } });
    const [first, second] = world.messages();
    expect(second).toMatchObject({ id: 'e', fingerprint: first?.fingerprint, replay: 0 });
  });

  it('the Failed list concerns its entries alone', async () => {
    const world = answering('sent', 'refused', 'sent');
    const answer = await world.post([event('a'), event('b'), event('c')]);
    expect(answer).toMatchObject({ status: 207, body: { accepted: 2, refused: 1 } });
    expect([...world.claims.standing]).toEqual([
      [world.key('a'), expect.objectContaining({ confirmed: true })],
      [world.key('c'), expect.objectContaining({ confirmed: true })],
    ]);
  });

  it('is waited for 4 s from before the claims were set, so that no claim expires under its own publication (protocol: publish-before-the-claim-ends)', async () => {
    const world = ingestWorld();
    const { claim } = world.claims;
    const deadlines: number[] = [];
    const { publish } = world.queue;
    const began = world.clock.now();
    world.claims.claim = async (...args) => {
      const answer = await claim(...args);
      world.clock.advance(200);
      return answer;
    };
    world.queue.publish = async (publications, deadline) => {
      deadlines.push(deadline);
      world.clock.advance(deadline - world.clock.now());
      return publish(publications, deadline);
    };
    expect(await world.post(event('e'))).toMatchObject({ status: 202 });
    expect(deadlines).toEqual([began + 4000]);
    expect(await world.post(event('e'))).toMatchObject({ body: { duplicate: true } });
  });
});

describe('claims that go wrong', () => {
  it('a confirm that comes after its claim expired is taken when nobody else holds the id', async () => {
    const world = ingestWorld();
    const { confirm } = world.claims;
    world.claims.confirm = async (claims) => {
      world.clock.advance(6000);
      return confirm(claims);
    };
    await world.post(event('e'));
    expect(world.claims.standing.get(world.key('e'))).toMatchObject({ confirmed: true });
  });

  it('a confirm that comes after its claim expired leaves the claim of another', async () => {
    const world = ingestWorld();
    const { confirm } = world.claims;
    let late: Promise<unknown> | undefined;
    world.claims.confirm = async (claims) => {
      world.claims.confirm = confirm;
      world.clock.advance(6000);
      late = world.post(event('e', 'of the other'));
      await late;
      return confirm(claims);
    };
    const first = await world.post(event('e'));
    expect(first).toMatchObject({ status: 202 });
    expect(await late).toMatchObject({ status: 202, body: { duplicate: false } });
    expect(await world.post(event('e', 'of the other'))).toMatchObject({ body: { duplicate: true } });
    expect(await world.post(event('e'))).toMatchObject({ body: { code: 'id-reused' } });
  });

  it('only its owner releases a claim', async () => {
    const world = ingestWorld();
    const { publish } = world.queue;
    world.queue.publish = async (...args) => {
      world.queue.publish = publish;
      world.clock.advance(6000);
      await world.post(event('e', 'of the other'));
      world.queue.answers.push('refused');
      return publish(...args);
    };
    expect(await world.post(event('e'))).toMatchObject({ status: 503 });
    expect(await world.post(event('e', 'of the other'))).toMatchObject({ body: { duplicate: true } });
  });

  it.each([
    ['silent', 'warn'],
    ['error', 'error'],
  ] as const)('Redis %s: accepts all the same, and says so in the log', async (fault, level) => {
    const world = ingestWorld();
    world.claims.fault = fault;
    world.results.silent = true;
    expect(await world.post(event('e'))).toMatchObject({ status: 202, body: { status: 'accepted', duplicate: false } });
    expect(world.messages()).toHaveLength(1);
    expect(world.logged.map((line) => line.level)).toEqual([level, level, 'info']);
  });

  it('two payloads under one id with Redis down are both accepted; the consumer makes a failure of the second', async () => {
    const world = ingestWorld();
    world.claims.fault = 'silent';
    await world.post(event('e', 'first'));
    await world.post(event('e', 'second'));
    const [first, second] = world.messages();
    expect(first?.fingerprint).not.toBe(second?.fingerprint);
    expect([first, second]).toMatchObject([{ id: 'e' }, { id: 'e' }]);
  });

  it('a claim whose reply was lost is confirmed, or released, as if it had come', async () => {
    const world = ingestWorld();
    const { claim } = world.claims;
    const losing = () => {
      world.claims.claim = async (...args) => {
        world.claims.claim = claim;
        world.claims.fault = 'reply lost';
        try {
          return await claim(...args);
        } finally {
          world.claims.fault = undefined;
        }
      };
    };
    losing();
    await world.post(event('a'));
    expect(world.claims.standing.get(world.key('a'))).toMatchObject({ confirmed: true });
    losing();
    world.queue.answers.push('refused');
    await world.post(event('b'));
    expect(world.claims.standing.has(world.key('b'))).toBe(false);
  });

  it('a confirm that fails after SQS took the event is still 202', async () => {
    const world = ingestWorld();
    const { publish } = world.queue;
    world.queue.publish = async (...args) => {
      world.claims.fault = 'silent';
      return publish(...args);
    };
    expect(await world.post(event('e'))).toMatchObject({ status: 202 });
    expect(world.logged).toEqual([
      { level: 'warn', message: 'without Redis: ids were not confirmed' },
      { level: 'info', message: 'accepted' },
    ]);
  });

  it('outcomes that cannot be read leave a duplicate accepted', async () => {
    const world = ingestWorld();
    await world.post(event('e'));
    world.settle({ id: 'e' });
    world.results.silent = true;
    expect(await world.post(event('e'))).toMatchObject({ status: 202, body: { status: 'accepted', duplicate: true } });
  });

  it('a claim has 22 random characters of owner, and what GET needs', async () => {
    const world = ingestWorld();
    await world.post([{ ...event('a'), subject: 's' }, event('b')]);
    const [a, b] = world.claims.standing.values();
    const { fingerprint, recordedtime, time } = world.messages()[0] ?? {};
    expect(a).toEqual({
      owner: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      confirmed: true,
      fingerprint,
      type: 'parcel.sent',
      subject: 's',
      time,
      recordedtime,
    });
    expect(b?.owner).not.toBe(a?.owner);
  });
});

describe('the rate limit', () => {
  const limited = (tokens: number) => {
    const world = ingestWorld({}, { rateLimit: { quota: 1000, windowSeconds: 10 } });
    world.rates.tokens = tokens;
    return world;
  };

  it('is 429 over it, with the three headers, and the id stays free', async () => {
    const world = limited(0);
    expect(await world.post(event('e'))).toMatchObject({
      status: 429,
      headers: {
        'retry-after': '1',
        ratelimit: '"tenant-events";r=0;t=10',
        'ratelimit-policy': '"tenant-events";q=1000;w=10',
      },
      body: { code: 'rate-limited', retryable: true },
    });
    expect(world.claims.standing.size).toBe(0);
    expect(world.messages()).toEqual([]);
  });

  it('takes one token an event, in the order sent', async () => {
    const world = limited(2);
    const answer = await world.post([event('a'), event('b'), event('c'), event('d')]);
    expect(answer).toMatchObject({
      status: 207,
      headers: { 'retry-after': '1' },
      body: {
        accepted: 2,
        refused: 2,
        results: [{ id: 'a' }, { id: 'b' }, { problem: { status: 429 } }, { problem: { status: 429 } }],
      },
    });
    expect(world.messages().map(({ id }) => id)).toEqual(['a', 'b']);
    expect([...world.claims.standing.keys()]).toEqual([world.key('a'), world.key('b')]);
  });

  it('entry 35: costs nothing for what is known, so that an array that is repeated gets through (protocol: rate-limit)', async () => {
    const world = limited(0);
    const array = Array.from({ length: 120 }, (_, index) => event(`e${index}`));
    const answers: unknown[] = [];
    for (let round = 0; round < 4; round++) {
      world.rates.tokens = 50;
      const { body } = await world.post(array);
      const { accepted, duplicates, refused } = body;
      answers.push([accepted, duplicates, refused, world.rates.tokens]);
    }
    expect(answers).toEqual([
      [50, 0, 70, 0],
      [50, 50, 20, 0],
      [20, 100, 0, 30],
      [0, 120, 0, 50],
    ]);
    expect(world.messages()).toHaveLength(120);
  });

  it('entry 35: gives tokens to what is new first; what is refused for another reason costs one of the rest', async () => {
    const world = limited(10);
    await world.post([event('known'), event('reused')]);
    world.rates.tokens = 2;
    const reused = { ...event('reused'), subject: 'other' };
    const { body } = await world.post([event('known'), reused, event('new')]);
    expect(body.results).toMatchObject([{ duplicate: true }, { problem: { code: 'id-reused' } }, { duplicate: false }]);
    expect(world.rates.tokens).toBe(0);
  });

  it('tells whole numbers also of a part of a rate, while the rates of Redis are silent', async () => {
    const world = ingestWorld({}, { rateLimit: { quota: 5, windowSeconds: 10 } });
    world.rates.silent = true;
    await world.post(event('e'));
    world.clock.advance(60_000);
    const { headers } = await world.post(event('e'));
    expect(headers).toMatchObject({ ratelimit: '"tenant-events";r=0;t=0', 'ratelimit-policy': expect.any(String) });
  });

  it('asks those that are over to wait for their own tokens alone, and counts what goes back as left', async () => {
    const world = limited(1000);
    await world.post([event('a'), event('b')]);
    world.rates.tokens = 0;
    const { headers } = await world.post([event('a'), event('b'), event('c')]);
    expect(headers).toMatchObject({ 'retry-after': '1', ratelimit: '"tenant-events";r=0;t=10' });
    world.rates.tokens = 5;
    expect((await world.post([event('a'), event('b')])).headers).toMatchObject({
      ratelimit: '"tenant-events";r=5;t=10',
    });
  });

  it('says what is left with every answer', async () => {
    expect((await limited(5).post(event('e'))).headers).toMatchObject({ ratelimit: '"tenant-events";r=4;t=10' });
  });

  it('takes no token from a new event for one that is refused', async () => {
    const world = limited(1);
    await world.post([{ type: 'no.such' }, event('a')]);
    expect(world.messages()).toHaveLength(1);
  });

  it.each([
    ['an event that is refused', [{ type: 'no.such' }], 1],
    ['one that differs under its id', [event('a'), { ...event('a'), subject: 'other' }], 2],
    ['an event', [event('a')], 1],
    ['a copy of it beside it', [event('a'), event('a')], 1],
    ['a request without events', [], 0],
  ])('%s costs as many tokens as it is events, copies none', async (_, sent, cost) => {
    const world = limited(10);
    await world.post(sent);
    expect(world.rates.tokens).toBe(10 - cost);
  });

  it('admits a part of it in memory while Redis is silent (protocol: redis-is-speed, rate-limit)', async () => {
    const world = ingestWorld({}, { rateLimit: { quota: 40, windowSeconds: 10 } });
    world.claims.fault = 'silent';
    world.rates.silent = true;
    const { body } = await world.post(Array.from({ length: 9 }, (_, index) => event(`e${index}`)));
    expect(body).toMatchObject({ accepted: 4, refused: 5 });
    world.clock.advance(2500);
    expect(await world.post(event('e4'))).toMatchObject({ status: 202 });
    expect(await world.post(event('e5'))).toMatchObject({ status: 429, headers: { 'retry-after': '3' } });
  });

  it('is off unless configured', async () => {
    const { headers } = await ingestWorld().post(event('e'));
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  });
});

test('a message says by id and name which key sent it', async () => {
  const world = ingestWorld();
  await world.post(event('e'));
  expect(world.messages()).toMatchObject([{ by: { key: 'none', name: 'none' } }]);
});

describe('the log', () => {
  const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  const named = { source: '/tenants/local', type: 'parcel.sent', tenant: 'local', key_name: 'none' };

  it('says which event was accepted, and nothing of its data', async () => {
    const world = ingestWorld();
    await world.post(event('e', 'secret-parcel'), trace);
    const accepted = { level: 'info', message: 'accepted', event_id: 'e', ...named };
    expect(world.lines).toEqual([{ ...accepted, trace_id: '0af7651916cd43dd8448eb211c80319c' }]);
    await world.post(event('e', 'secret-parcel'));
    expect(world.lines.at(-1)).toEqual({ ...accepted, duplicate: true });
    expect(JSON.stringify(world.lines)).not.toContain('secret');
  });

  it('says of one request in one line what was accepted, and in another what the queue did not take', async () => {
    const world = ingestWorld();
    world.queue.answers.push('sent', 'refused', 'unanswered');
    await world.post([event('a'), event('b'), event('c'), { type: 'no.such' }]);
    const refused = { level: 'warn', message: 'not accepted', code: 'queue-unavailable', ...named };
    expect(world.lines).toEqual([
      { ...refused, events: [{ event_id: 'b' }, { event_id: 'c' }] },
      { level: 'info', message: 'accepted', event_id: 'a', ...named },
    ]);
  });

  it('names the event on which a definition broke', async () => {
    const world = ingestWorld();
    await world.post({ type: 'broken.code', id: 'e', data: {} });
    expect(world.lines).toMatchObject([
      { level: 'warn', code: 'invalid-data', event_id: 'e', source: '/tenants/local', type: 'broken.code' },
    ]);
  });
});
