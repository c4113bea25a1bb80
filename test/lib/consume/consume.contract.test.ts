import { describe, expect, test } from 'vitest';
import type { ConsumePorts } from '../../../lib/consume/ports.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import type { Message } from '../../../lib/core/message.ts';
import type { Thrown } from '../../../lib/core/thrown.ts';
import { DuplicateKeyError, PermanentError, RetryLaterError } from '../../../lib/sdk/errors.ts';
import { rejected } from '../../../lib/sdk/result.ts';
import {
  consumerWorld,
  delivered,
  handledBy,
  handledTogetherBy,
  leavesAnEffect,
} from '../../support/consumer-world.ts';

const world = await consumerWorld();
const { message, consume, record, effects, seen, failures, readLetters, queue, ports } = world;
const keyOf = ({ tenant, source, id }: Message) => eventKey(tenant, source, id);
const succeeds = handledBy(leavesAnEffect);
/** A tenant of this run: engines may be shared with other runs. */
const own = (name: string) => `${name}-${world.run}`;

describe('an event that succeeds', () => {
  test('leaves its effect, its record, its projection and its result, and leaves the queue', async () => {
    const sent = message();
    expect(await consume(succeeds, [delivered(sent)])).toEqual([]);
    expect(await effects(sent.tenant)).toBe(1);
    expect(await seen(sent.tenant)).toBe(1);
    expect(await record(sent)).toMatchObject({
      state: 'succeeded',
      projected: true,
      replay: 0,
      attempts: [{ outcome: 'succeeded' }],
      result: JSON.stringify(sent.data),
    });
    expect(await ports.results.read(keyOf(sent))).toMatchObject({
      outcome: { outcome: 'succeeded' },
      event: { status: 'succeeded', result: sent.data },
    });
  });

  test('expires as a whole 45 days after it was settled', async () => {
    const sent = message();
    await consume(succeeds, [delivered(sent)]);
    const stored = await record(sent);
    expect((stored?.expireAt?.getTime() ?? 0) - (stored?.settledAt?.getTime() ?? 0)).toBe(45 * 86_400_000);
  });

  test('runs once under ten deliveries, five at a time (protocol: effect-and-record)', async () => {
    const sent = message();
    await Promise.all(Array.from({ length: 5 }, () => consume(succeeds, [delivered(sent)])));
    for (let again = 2; again <= 6; again++) await consume(succeeds, [delivered(sent, { receives: again })]);
    expect(await effects(sent.tenant)).toBe(1);
    expect(await seen(sent.tenant)).toBe(1);
    expect((await record(sent))?.attempts).toHaveLength(1);
  });

  test('costs a copy that comes later two calls: the write that is refused, and a read', async () => {
    const sent = message();
    const writesNothing = handledBy(async () => 'done');
    await consume(writesNothing, [delivered(sent)]);
    const calls: string[] = [];
    const records = new Proxy(ports.records, {
      get: (target, name, receiver) => {
        calls.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
    expect(await consume(writesNothing, [delivered(sent)], { records })).toEqual([]);
    expect(calls).toEqual(['begin', 'find']);
  });

  test('outlives its result key: redelivery after the result key expired tells the waiters again and writes nothing', async () => {
    const sent = message();
    await consume(succeeds, [delivered(sent)]);
    const before = await record(sent);
    const told: string[] = [];
    const results = { ...ports.results, tell: async (key: string) => void told.push(key) };
    expect(await consume(succeeds, [delivered(sent, { receives: 2 })], { results })).toEqual([]);
    expect(told).toEqual([keyOf(sent)]);
    expect(await record(sent)).toEqual(before);
  });
});

describe('the business says no', () => {
  test('a taken e-mail in a handler is not "already done": the duplicate key of a handler\'s collection is the handler\'s own', async () => {
    const tenant = own('taken');
    const first = message({ tenant, data: { name: 'ada' } });
    const second = message({ tenant, data: { name: 'ada' } });
    const definition = handledBy(async ({ data }, context) => {
      try {
        await context.collection('effects').insertOne({ name: data.name });
      } catch (error) {
        if (error instanceof DuplicateKeyError && error.fields.join() === 'name') return rejected('name-taken');
        throw error;
      }
      return 'registered';
    });
    expect(await consume(definition, [delivered(first), delivered(second)])).toEqual([]);
    const states = [await record(first), await record(second)].map((one) => one?.state);
    expect(states.toSorted()).toEqual(['rejected', 'succeeded']);
    expect(await effects(tenant)).toBe(1);
  });

  test('nothing that the handler wrote stays, in MongoDB or in projections (protocol: no-has-no-effect)', async () => {
    const sent = message();
    const definition = handledBy(async ({ data }, context) => {
      await context.collection('effects').insertOne({ name: data.name });
      context.project('seen').incrby('all', 1);
      return rejected('changed-my-mind');
    });
    expect(await consume(definition, [delivered(sent)])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'rejected', rejection: { reason: 'changed-my-mind' } });
    expect(await effects(sent.tenant)).toBe(0);
    // The transaction is over: nobody who writes the same waits for it.
    const written = world.mongo.db.collection('effects').insertOne({ tenant: sent.tenant, ...Object(sent.data) });
    const patience = new Promise((resolve) => setTimeout(resolve, 10_000, 'blocked'));
    expect(await Promise.race([written, patience])).toMatchObject({ acknowledged: true });
    expect(await seen(sent.tenant)).toBe(0);
  });

  test('a handler that takes a write conflict for a refusal is run again', async () => {
    const tenant = own('misled');
    await world.mongo.db.collection('plain').insertOne({ tenant, hits: 0 });
    let runs = 0;
    const sent = message({ tenant });
    const misled = handledBy(async (_, context) => {
      runs++;
      const plain = context.collection('plain');
      await plain.findOne({});
      if (runs === 1) await world.mongo.db.collection('plain').updateOne({ tenant }, { $inc: { hits: 1 } });
      try {
        await plain.updateOne({}, { $inc: { hits: 1 } });
      } catch {
        return rejected('busy');
      }
      return 'counted';
    });
    expect(await consume(misled, [delivered(sent)])).toEqual([]);
    expect(runs).toBe(2);
    expect(await record(sent)).toMatchObject({ state: 'succeeded' });
  });

  test('a handler that hides a failed write cannot succeed', async () => {
    const sent = message();
    const definition = handledBy(async ({ data }, context) => {
      await context.collection('plain').insertOne({ kept: data.name });
      await context.collection('effects').insertOne({ name: 'same' });
      await context
        .collection('effects')
        .insertOne({ name: 'same' })
        .catch(() => undefined);
      return 'fine';
    });
    expect(await consume(definition, [delivered(sent)])).toHaveLength(1);
    expect(await record(sent)).toMatchObject({
      state: 'retrying',
      attempts: [{ outcome: 'error', error: { code: 'duplicate-key' } }],
    });
    expect(await effects(sent.tenant)).toBe(0);
  });
});

describe('two payloads under one id', () => {
  test('two payloads under one id with Redis down: the first stays, the other is a recorded failure', async () => {
    const first = message();
    const other = { ...first, fingerprint: 'B'.repeat(43), data: { name: 'other' } };
    await consume(succeeds, [delivered(first)]);
    expect(await consume(succeeds, [delivered(other)])).toEqual([]);
    await readLetters();
    expect(await effects(first.tenant)).toBe(1);
    expect(await record(first)).toMatchObject({ state: 'succeeded', fingerprint: first.fingerprint });
    expect(await failures(first.tenant)).toMatchObject([
      { cause: 'id-reused', state: 'open', fingerprint: other.fingerprint },
    ]);
  });

  test('the other payload does not settle into a record that is still being retried (protocol: one-condition)', async () => {
    const first = message();
    const other = { ...first, fingerprint: 'B'.repeat(43) };
    await consume(
      handledBy(async () => Promise.reject(new Error('not yet'))),
      [delivered(first)],
    );
    expect(await consume(succeeds, [delivered(other)])).toEqual([]);
    await readLetters();
    expect(await record(first)).toMatchObject({ state: 'retrying', fingerprint: first.fingerprint });
    expect(await failures(first.tenant)).toMatchObject([{ cause: 'id-reused' }]);
    expect(await effects(first.tenant)).toBe(0);
  });

  test("id reused after the first settled: whatever its cause, the other payload's letter leaves record and result alone (protocol: letters-compare-fingerprints)", async () => {
    const first = message();
    const other = { ...first, fingerprint: 'B'.repeat(43) };
    const permanent = handledBy(async () => Promise.reject(new PermanentError('no', { code: 'no-good' })));
    await consume(permanent, [delivered(other)]);
    const letters = queue.published.splice(0);
    // The first payload's record takes the place before the dead-letter function reads the letter.
    await world.mongo.events.deleteOne({ _id: keyOf(first) });
    await consume(succeeds, [delivered(first)]);
    queue.published.push(...letters);
    await readLetters();
    expect(await record(first)).toMatchObject({ state: 'succeeded' });
    expect(await failures(first.tenant)).toMatchObject([
      { cause: 'id-reused', message: expect.stringContaining('no-good') },
    ]);
    expect(await ports.results.read(keyOf(first))).toMatchObject({
      outcome: { outcome: 'succeeded', fingerprint: first.fingerprint },
    });
  });

  test('failures of two payloads stand side by side (protocol: failure-per-payload)', async () => {
    const first = message();
    const other = { ...first, fingerprint: 'B'.repeat(43) };
    const permanent = handledBy(async () => Promise.reject(new PermanentError('no')));
    await consume(permanent, [delivered(first), delivered(other)]);
    await readLetters();
    expect((await failures(first.tenant)).map(({ fingerprint }) => fingerprint).toSorted()).toEqual([
      first.fingerprint,
      other.fingerprint,
    ]);
  });
});

describe('replays', () => {
  /** What the failure desk will write: the record of a failed event goes to the next replay, its attempts empty. */
  const toReplay = (of: Message, replay: number) =>
    world.mongo.events.updateOne(
      { _id: keyOf(of) },
      { $set: { replay, state: 'retrying', attempts: [] }, $unset: { failure: '', settledAt: '' } },
    );

  test('zombie of replay 0 against replay 1: the late run changes neither effect, record nor result', async () => {
    const sent = message();
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let runs = 0;
    const slow = handledBy(async ({ data }, context) => {
      await context.collection('effects').insertOne({ name: `${data.name} of the zombie` });
      runs++;
      begun.resolve();
      await held.promise;
      return 'zombie';
    });
    const zombie = consume(slow, [delivered(sent)]);
    await begun.promise;
    await consume(
      handledBy(async () => Promise.reject(new PermanentError('no'))),
      [delivered(sent, { receives: 2 })],
    );
    await readLetters();
    await toReplay(sent, 1);
    await consume(succeeds, [delivered({ ...sent, replay: 1 })]);
    const settled = await record(sent);
    held.resolve();
    // Its write meets the newer record: it ends without a trace, and what comes back is found to be stale.
    await zombie;
    expect(runs).toBe(1);
    expect(await consume(succeeds, [delivered(sent, { receives: 3 })])).toEqual([]);
    expect(await record(sent)).toEqual(settled);
    expect(settled).toMatchObject({ state: 'succeeded', replay: 1 });
    expect(await effects(sent.tenant)).toBe(1);
  });

  test('a copy of replay 0 that comes while replay 1 is being retried is stale: acknowledged, nothing written', async () => {
    const sent = message();
    await consume(
      handledBy(async () => Promise.reject(new PermanentError('no'))),
      [delivered(sent)],
    );
    await readLetters();
    await toReplay(sent, 1);
    const before = await record(sent);
    expect(await consume(succeeds, [delivered(sent, { receives: 2 })])).toEqual([]);
    expect(await record(sent)).toEqual(before);
    expect(await effects(sent.tenant)).toBe(0);
  });

  test('another payload that arrives while the first is in replay 1 is a failure, not stale (protocol: read-afterwards)', async () => {
    const sent = message();
    await consume(
      handledBy(async () => Promise.reject(new PermanentError('no'))),
      [delivered(sent)],
    );
    await readLetters();
    await toReplay(sent, 1);
    const other = { ...sent, fingerprint: 'B'.repeat(43) };
    await consume(succeeds, [delivered(other)]);
    await readLetters();
    expect((await failures(sent.tenant)).map(({ cause }) => cause).toSorted()).toEqual(['id-reused', 'permanent']);
  });

  test('a slow dead-letter function does not put an old outcome over that of a later replay (protocol: newest-replay-tells)', async () => {
    const sent = message();
    await consume(succeeds, [delivered({ ...sent, replay: 1 })]);
    await ports.results.tell(
      keyOf(sent),
      { outcome: 'failed', fingerprint: sent.fingerprint, replay: 0 },
      {
        id: sent.id,
        source: sent.source,
        type: sent.type,
        time: sent.time,
        recordedtime: sent.recordedtime,
        extensions: {},
        status: 'failed',
        attempts: [],
      },
    );
    expect(await ports.results.read(keyOf(sent))).toMatchObject({ outcome: { outcome: 'succeeded', replay: 1 } });
  });
});

describe('attempts', () => {
  const fails = handledBy(async () => Promise.reject(Object.assign(new Error('flaky'), { code: 'flaky' })));

  test('an error is an attempt: recorded, and back after at most base seconds (protocol: backoff)', async () => {
    const sent = message();
    const only = delivered(sent);
    expect(await consume(fails, [only])).toEqual([only.messageId]);
    expect(await record(sent)).toMatchObject({
      state: 'retrying',
      attempts: [{ outcome: 'error', error: { code: 'flaky', message: 'flaky' } }],
    });
    expect(queue.visibility.at(-1)).toMatchObject({ receiptHandle: only.receiptHandle });
    expect(queue.visibility.at(-1)?.seconds).toBeLessThanOrEqual(2);
  });

  test('every attempt that failed is logged with its error, for whoever has to find the line', async () => {
    const lines: { error?: Thrown }[] = [];
    const log = { ...ports.log, warn: (_: string, details: object = {}) => void lines.push(details) };
    const sent = message();
    for (let receives = 1; receives <= 3; receives++) await consume(fails, [delivered(sent, { receives })], { log });
    const errors = lines.flatMap(({ error }) => error ?? []);
    expect(errors).toHaveLength(3);
    expect(errors[0]?.stack[0]).toContain('consume.contract.test.ts');
    // The logger keeps this name to itself and would drop what it is given.
    expect(lines.some((line) => 'message' in line)).toBe(false);
    await readLetters();
  });

  test('entry 11: a record keeps its last 50 attempts and counts all, and so does its failure', async () => {
    const sent = message();
    const patient = handledBy(async () => Promise.reject(new Error('flaky')), { retry: { attempts: 60 } });
    const attempts = Array.from({ length: 50 }, () => ({ at: new Date().toISOString(), outcome: 'error' as const }));
    await consume(patient, [delivered(sent)]);
    await world.mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { attempts, attempted: 58 } });
    const second = delivered(sent, { receives: 2 });
    expect(await consume(patient, [second])).toEqual([second.messageId]);
    const stored = await record(sent);
    expect([stored?.attempts.length, stored?.attempted]).toEqual([50, 59]);
    // A copy that read the record before that attempt was counted.
    const { dueAt } = stored ?? {};
    const [again] = attempts;
    if (!again || !dueAt) throw new Error('no attempt');
    const known = { attempts, attempted: 58, dueAt };
    expect(await ports.records.recordAttempt(keyOf(sent), sent, again, new Date(), { known })).toBeNull();
    expect(await consume(patient, [delivered(sent, { receives: 3 })])).toEqual([]);
    await readLetters();
    const [failure] = await failures(sent.tenant);
    expect([failure?.attempts.length, failure?.attempted, failure?.cause]).toEqual([50, 60, 'attempts-exhausted']);
    expect(await record(sent)).toMatchObject({ state: 'failed', attempted: 60 });
  });

  test('the last attempt goes to the dead letters with every attempt, and becomes a failure', async () => {
    const sent = message();
    for (let receives = 1; receives <= 3; receives++) await consume(fails, [delivered(sent, { receives })]);
    expect(await record(sent)).toMatchObject({ state: 'failing' });
    await readLetters();
    expect(await record(sent)).toMatchObject({
      state: 'failed',
      attempts: [{ outcome: 'error' }, { outcome: 'error' }, { outcome: 'error' }],
      failure: { cause: 'attempts-exhausted' },
    });
    expect(await failures(sent.tenant)).toMatchObject([
      { cause: 'attempts-exhausted', code: 'flaky', state: 'open', attempts: [{}, {}, {}] },
    ]);
    expect(await ports.results.read(keyOf(sent))).toMatchObject({ outcome: { outcome: 'failed' } });
  });

  test('PermanentError goes to the dead letters at its first attempt', async () => {
    const sent = message();
    expect(
      await consume(
        handledBy(async () => Promise.reject(new PermanentError('never', { code: 'no-such-thing' }))),
        [delivered(sent)],
      ),
    ).toEqual([]);
    await readLetters();
    expect(await failures(sent.tenant)).toMatchObject([
      { cause: 'permanent', code: 'no-such-thing', attempts: [{ outcome: 'error' }] },
    ]);
  });

  test('RetryLaterError sets its own time, at most 11 hours', async () => {
    const later = (seconds: number) => handledBy(async () => Promise.reject(new RetryLaterError(seconds)));
    await consume(later(90), [delivered(message())]);
    expect(queue.visibility.at(-1)?.seconds).toBe(90);
    await consume(later(100_000), [delivered(message())]);
    expect(queue.visibility.at(-1)?.seconds).toBe(39_600);
  });

  test.each([
    [1, 10],
    [11 * 3600, 12],
  ])(
    'RetryLaterError(%i, { counts: false }) comes back then, %i times and more, at no attempt (protocol: free-retry)',
    async (seconds, times) => {
      const sent = message();
      const sentAt = Date.now();
      let open = true;
      const opening = handledBy(async (_, { attempt }) => {
        if (open) return attempt;
        throw new RetryLaterError(seconds, 'the partner is closed', { code: 'closed', counts: false });
      });
      const deliver = (receives: number) => {
        const now = sentAt + (receives - 1) * seconds * 1000;
        return consume(opening, [delivered(sent, { receives, sent: sentAt })], {
          clock: { ...ports.clock, now: () => now },
        });
      };
      open = false;
      for (let receives = 1; receives <= times; receives++) {
        expect(await deliver(receives)).toHaveLength(1);
        expect(queue.visibility.at(-1)?.seconds).toBe(seconds);
        const dueAt = new Date(sentAt + receives * seconds * 1000);
        const standing = await record(sent);
        expect(standing).toMatchObject({ state: 'retrying', attempts: [], dueAt, dueFor: 'closed' });
        expect(standing?.starts ?? {}).toEqual({});
      }
      open = true;
      expect(await deliver(times + 1)).toEqual([]);
      const settled = await record(sent);
      expect(settled).toMatchObject({ state: 'succeeded', attempts: [{ outcome: 'succeeded' }], result: '1' });
      expect([settled?.dueAt, settled?.dueFor]).toEqual([undefined, undefined]);
    },
  );

  test('a free RetryLaterError costs an attempt after all once SQS delivered the event over 500 times (protocol: free-retry)', async () => {
    const sent = message();
    const asks = handledBy(async () => Promise.reject(new RetryLaterError(1, { counts: false })));
    await consume(asks, [delivered(sent, { receives: 500 })]);
    expect(await record(sent)).toMatchObject({ attempts: [] });
    for (const receives of [501, 502]) await consume(asks, [delivered(sent, { receives })]);
    expect(await record(sent)).toMatchObject({ state: 'retrying', attempts: [{ outcome: 'error' }, {}] });
    expect(await consume(asks, [delivered(sent, { receives: 503 })])).toEqual([]);
    await readLetters();
    expect(await failures(sent.tenant)).toMatchObject([{ cause: 'attempts-exhausted', attempts: [{}, {}, {}] }]);
  });

  test('a free RetryLaterError ends a day before its message would die of age (protocol: waiting-ends)', async () => {
    const sent = message();
    const asks = handledBy(async () => Promise.reject(new RetryLaterError(39_600, 'closed', { counts: false })));
    const sentAt = Date.now();
    const aged = (hours: number) =>
      consume(asks, [delivered(sent, { receives: 14, sent: sentAt })], {
        clock: { ...ports.clock, now: () => sentAt + hours * 3_600_000 },
      });
    expect(await aged(122)).toHaveLength(1);
    expect(await aged(134)).toEqual([]);
    await readLetters();
    expect(await failures(sent.tenant)).toMatchObject([
      { cause: 'attempts-exhausted', code: 'retry-later', message: expect.stringMatching(/waited.*: closed$/) },
    ]);
  });

  test('an attempt says in the record when the next is due, the last one does not', async () => {
    const sent = message();
    const now = Date.now();
    const clock = { ...ports.clock, now: () => now };
    const asks = handledBy(async () => Promise.reject(new RetryLaterError(90)));
    await consume(asks, [delivered(sent)], { clock });
    expect(await record(sent)).toMatchObject({ attempts: [{}], dueAt: new Date(now + 90_000) });
    expect(await ports.results.readWait(keyOf(sent))).toBeNull();
    await consume(
      handledBy(async () => Promise.reject(new PermanentError('no'))),
      [delivered(sent)],
    );
    expect((await record(sent))?.dueAt).toBeUndefined();
    await readLetters();
  });

  test('context.attempt counts from 1', async () => {
    const sent = message();
    const attempts: number[] = [];
    const counts = handledBy(async (_, { attempt }) => {
      attempts.push(attempt);
      throw new Error('again');
    });
    await consume(counts, [delivered(sent)]);
    await consume(counts, [delivered(sent, { receives: 2 })]);
    expect(attempts).toEqual([1, 2]);
  });

  test('a handler that gives no result in its time is an attempt, and what it writes later is refused', async () => {
    const sent = message();
    let late: unknown;
    const timeUp = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<void>();
    const hangs = handledBy(async ({ data }, context) => {
      await timeUp.promise;
      await context
        .collection('effects')
        .insertOne({ name: data.name })
        .catch((error: unknown) => {
          late = error;
        });
      finished.resolve();
    });
    // The time of the handler is over at once, that of the function is not.
    const sleep: typeof ports.clock.sleep = async (ms, signal) =>
      ms > hangs.queue.timeout * 1000 ? ports.clock.sleep(ms, signal) : undefined;
    const clock = { ...ports.clock, sleep };
    expect(await consume(hangs, [delivered(sent)], { clock })).toHaveLength(1);
    expect(await record(sent)).toMatchObject({ attempts: [{ error: { code: 'timeout' } }] });
    timeUp.resolve();
    await finished.promise;
    expect(late).toMatchObject({ code: 'transaction-over' });
    expect(await effects(sent.tenant)).toBe(0);
  });

  test('crash between DLQ send and ack: the letter is sent again, one failure stands (protocol: letter-before-ack)', async () => {
    const sent = message();
    const permanent = handledBy(async () => Promise.reject(new PermanentError('no')));
    await consume(permanent, [delivered(sent)]);
    // The process died before its answer: SQS delivers again, before and after the dead-letter function has read the first letter.
    await consume(permanent, [delivered(sent, { receives: 2 })]);
    expect(queue.published).toHaveLength(2);
    await readLetters();
    expect(await consume(permanent, [delivered(sent, { receives: 3 })])).toEqual([]);
    expect(queue.published).toHaveLength(0);
    expect(await failures(sent.tenant)).toHaveLength(1);
  });

  test('once its letter may be on its way no later run of the same event can succeed (protocol: failing-before-the-letter)', async () => {
    const sent = message();
    await consume(
      handledBy(async () => Promise.reject(new PermanentError('no'))),
      [delivered(sent)],
    );
    expect(await consume(succeeds, [delivered(sent, { receives: 2 })])).toEqual([]);
    expect(await effects(sent.tenant)).toBe(0);
    await readLetters();
    expect(await record(sent)).toMatchObject({ state: 'failed' });
  });

  test.each(['refused', 'unanswered'] as const)(
    'a letter that ends %s leaves the message in the queue',
    async (answer) => {
      const sent = message();
      queue.answers.push(answer);
      expect(
        await consume(
          handledBy(async () => Promise.reject(new PermanentError('no'))),
          [delivered(sent)],
        ),
      ).toHaveLength(1);
      expect(await consume(succeeds, [delivered(sent, { receives: 2 })])).toEqual([]);
      await readLetters();
      expect(await failures(sent.tenant)).toHaveLength(1);
    },
  );
});

describe('untrusted queue', () => {
  test('a body that is none of ours goes to the dead letters and harms no neighbour (protocol: untrusted-queue)', async () => {
    const sent = message();
    expect(
      await consume(succeeds, [delivered('{"not":"ours"}'), delivered(sent), delivered('\u0001 no json')]),
    ).toEqual([]);
    expect(await effects(sent.tenant)).toBe(1);
    await readLetters();
    const undecodable = await world.mongo.failures.find({ cause: 'undecodable' }).toArray();
    expect(undecodable.map(({ body, tenant, event }) => ({ body, tenant, event }))).toContainEqual({
      body: '{"not":"ours"}',
      tenant: null,
      event: null,
    });
  });

  test('data that fails the schema of this consumer is dead-lettered at once (protocol: schema-again)', async () => {
    const sent = message({ data: { name: 7 } });
    expect(await consume(succeeds, [delivered(sent)])).toEqual([]);
    await readLetters();
    expect(await failures(sent.tenant)).toMatchObject([
      { cause: 'invalid-data', message: expect.stringContaining('name') },
    ]);
  });

  test('new ingest, old consumer: data under a schema that this consumer does not know waits for a newer one (protocol: schema-again)', async () => {
    const sent = message({ data: { name: 'x', added: true }, schema: 'newer' });
    const only = delivered(sent);
    expect(await consume(succeeds, [only])).toEqual([only.messageId]);
    expect(await record(sent)).toBeNull();
    expect(queue.published).toHaveLength(0);
    expect(await ports.results.readWait(keyOf(sent))).toMatchObject({ why: 'newer-version' });
  });

  test('data under a schema that this consumer does not know is logged at once, in one line for a batch', async () => {
    const lines: unknown[] = [];
    const log = { ...ports.log, warn: (text: string, details = {}) => void lines.push([text, details]) };
    const newer = () => delivered(message({ data: { name: 'x', added: true }, schema: 'newer' }));
    const fits = delivered(message({ schema: 'newer' }));
    expect(await consume(succeeds, [newer(), fits, newer(), newer()], { log })).toHaveLength(3);
    expect(lines).toEqual([
      [
        'events wait',
        {
          type: 'test.happened',
          code: 'newer-version',
          events: [1, 2, 3].map(() => expect.objectContaining({ event_id: expect.any(String) })),
          reason: expect.stringMatching(/^validated with schema newer, this consumer has \w+: .*added/),
        },
      ],
    ]);
  });

  test('in an ordered type it holds back its group: its head is hidden, its followers are not (protocol: head-and-followers)', async () => {
    const ordered = handledBy(leavesAnEffect, { ordered: true });
    const newer = (group: string) => delivered(message({ data: { name: 7 }, schema: 'newer' }), { group, receives: 2 });
    const batch = [newer('a'), newer('a'), delivered(message(), { group: 'a' }), newer('b')];
    expect(await consume(ordered, batch, { random: () => 1 })).toHaveLength(4);
    const secondsOf = ({ receiptHandle }: { receiptHandle: string }) =>
      queue.visibility.find((one) => one.receiptHandle === receiptHandle)?.seconds;
    expect(batch.map(secondsOf)).toEqual([10, 0, 0, 10]);
  });

  test('waiting for a newer consumer ends a day before its message would die of age (protocol: waiting-ends)', async () => {
    const sent = message({ data: { name: 'x', added: true }, schema: 'newer' });
    const old = delivered(sent, { receives: 700, sent: Date.now() - 6 * 86_400_000 });
    expect(await consume(succeeds, [old])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'failing', attempts: [] });
    await readLetters();
    expect(await record(sent)).toMatchObject({ state: 'failed' });
    expect(await failures(sent.tenant)).toMatchObject([
      {
        cause: 'attempts-exhausted',
        code: 'newer-version',
        message: expect.stringContaining('validated with schema newer'),
      },
    ]);
  });

  test('data with a key `_bsontype` goes through consumer and dead letter (protocol: as-sent)', async () => {
    const definition = handledBy(async () => Promise.reject(new PermanentError('no')));
    const sent = message({ data: { name: 'x', _bsontype: 'ObjectId', $set: { 'a.b': 1 } } });
    const loose = { ...definition, data: (await import('zod')).z.any() };
    await consume(loose, [delivered(sent)]);
    await readLetters();
    expect(JSON.parse((await record(sent))?.data ?? '')).toEqual(sent.data);
    const [failure] = await failures(sent.tenant);
    expect(JSON.parse(failure?.data ?? '')).toEqual(sent.data);
  });

  test('an expirytime in the past settles as expired without running (protocol: expires-unrun)', async () => {
    const sent = message({ extensions: { expirytime: '2020-01-01T00:00:00Z' } });
    expect(
      await consume(
        handledBy(async () => Promise.reject(new Error('it ran'))),
        [delivered(sent)],
      ),
    ).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'expired', attempts: [{ outcome: 'expired' }] });
    expect(await ports.results.read(keyOf(sent))).toMatchObject({ outcome: { outcome: 'expired' } });
  });
});

describe('projections', () => {
  test('crash between commit and projection: the redelivery applies it (protocol: projection-after-commit)', async () => {
    const sent = message();
    const down = { ...ports.projections, apply: async () => Promise.reject(new DependencyError('redis', 'down')) };
    expect(await consume(succeeds, [delivered(sent)], { projections: down })).toHaveLength(1);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', projected: false });
    expect(await seen(sent.tenant)).toBe(0);
    expect(await consume(succeeds, [delivered(sent, { receives: 2 })])).toEqual([]);
    expect(await seen(sent.tenant)).toBe(1);
    expect(await record(sent)).toMatchObject({ projected: true });
  });

  test('a projection that was applied, its answer lost, is not applied twice', async () => {
    const sent = message();
    const lost = {
      ...ports.projections,
      apply: async (...args: Parameters<typeof ports.projections.apply>) => {
        await ports.projections.apply(...args);
        throw new DependencyError('redis', 'answer lost');
      },
    };
    expect(await consume(succeeds, [delivered(sent)], { projections: lost })).toHaveLength(1);
    expect(await consume(succeeds, [delivered(sent, { receives: 2 })])).toEqual([]);
    expect(await seen(sent.tenant)).toBe(1);
  });

  test('guard expired: what is marked as projected is never applied again', async () => {
    const sent = message();
    await consume(succeeds, [delivered(sent)]);
    const applied: string[] = [];
    const watched = { ...ports.projections, apply: async (_: string, key: string) => void applied.push(key) };
    await consume(succeeds, [delivered(sent, { receives: 2 })], { projections: watched });
    expect(applied).toEqual([]);
  });

  test('guards are cut only after the record says projected, with what the next batch has for Redis (protocol: told-before-cut)', async () => {
    const [first, second] = [message(), message()];
    const order: string[] = [];
    const nameOf = (key: string) => (key === eventKey(first.tenant, first.source, first.id) ? 'first' : 'second');
    const records = {
      ...ports.records,
      markProjected: async (keys: readonly string[]) => {
        order.push(...keys.map((key) => `${nameOf(key)} marked`));
        await ports.records.markProjected(keys);
      },
    };
    const projections: ConsumePorts['projections'] = {
      ...ports.projections,
      apply: async (tenant, key, commands) => {
        order.push(`${nameOf(key)} applied`);
        process.nextTick(() => order.push('the tick ends'));
        await ports.projections.apply(tenant, key, commands);
      },
      cutGuards: async (guards) => {
        order.push(...guards.map(({ eventKey: key }) => `${nameOf(key)} cut`));
        await ports.projections.cutGuards(guards);
      },
    };
    const environment = world.environment(succeeds, { records, projections });
    for (const one of [first, second]) expect(await environment([delivered(one)])).toEqual([]);
    expect(order).toEqual([
      ...['first applied', 'the tick ends', 'first marked'],
      ...['second applied', 'first cut', 'the tick ends', 'second marked'],
    ]);
  });

  test('guards of what the record does not say yet stay, and those of a batch before are cut', async () => {
    const cut: string[] = [];
    const [first, second, third] = [message(), message(), message()];
    const environment = world.environment(succeeds, {
      records: {
        ...ports.records,
        markProjected: async (keys) => {
          if (keys.includes(keyOf(second))) throw new DependencyError('mongodb', 'no answer');
          await ports.records.markProjected(keys);
        },
      },
      projections: {
        ...ports.projections,
        cutGuards: async (all) => void cut.push(...all.map(({ eventKey }) => eventKey)),
      },
    });
    expect(await environment([delivered(first)])).toEqual([]);
    expect(await environment([delivered(second)])).toHaveLength(1);
    expect(await environment([delivered(third)])).toEqual([]);
    expect(cut).toEqual([keyOf(first)]);
  });

  test('a batch waits for guards that it began to cut: nothing is under way when its function rests', async () => {
    const cut = Promise.withResolvers<void>();
    const environment = world.environment(succeeds, {
      projections: { ...ports.projections, cutGuards: () => cut.promise },
    });
    const [first, second] = [message(), message()];
    await environment([delivered(first)]);
    let answered = false;
    const answering = environment([delivered(second)]).finally(() => {
      answered = true;
    });
    await expect.poll(async () => (await record(second))?.projected).toBe(true);
    expect(answered).toBe(false);
    cut.resolve();
    expect(await answering).toEqual([]);
  });

  test('guards that cannot be cut keep their seven days, and their batch goes on', async () => {
    const said: string[] = [];
    const environment = world.environment(succeeds, {
      log: { ...ports.log, warn: (line) => void said.push(line) },
      projections: { ...ports.projections, cutGuards: async () => Promise.reject(new Error('no answer')) },
    });
    for (const one of [message(), message()]) expect(await environment([delivered(one)])).toEqual([]);
    expect(said).toEqual(['guards keep their seven days']);
  });
});

describe('handleBatch', () => {
  const together = handledTogetherBy(async (events, context) => {
    await context.collection('effects').insertMany(events.map(({ data }) => ({ name: data.name })));
    for (const event of events) context.project('seen', event).incrby('all', 1);
    return undefined;
  });

  test('settles the whole batch in one transaction', async () => {
    const batch = Array.from({ length: 20 }, () => message({ tenant: own('together') }));
    let transactions = 0;
    const records = {
      ...ports.records,
      begin: (...args: Parameters<typeof ports.records.begin>) => {
        transactions++;
        return ports.records.begin(...args);
      },
    };
    expect(
      await consume(
        together,
        batch.map((one) => delivered(one)),
        { records },
      ),
    ).toEqual([]);
    expect(transactions).toBe(1);
    expect(await effects(own('together'))).toBe(20);
    expect(await seen(own('together'))).toBe(20);
  });

  test('a batch with 20 % copies and 20 % settled before has one effect an event', async () => {
    const batch = Array.from({ length: 30 }, () => message({ tenant: own('copies') }));
    await consume(
      together,
      batch.slice(0, 6).map((one) => delivered(one)),
    );
    const copies = [...batch, ...batch.slice(10, 16)];
    expect(
      await consume(
        together,
        copies.map((one) => delivered(one)),
      ),
    ).toEqual([]);
    expect(await effects(own('copies'))).toBe(30);
    expect(await seen(own('copies'))).toBe(30);
  });

  test('when the transaction fails the events run one by one, and only the bad one comes back (protocol: batch-together)', async () => {
    const batch = Array.from({ length: 5 }, (_, index) =>
      message({ tenant: own('onebad'), data: { name: index === 2 ? 'bad' : `good ${index}` } }),
    );
    const picky = handledTogetherBy(async (events, context) => {
      if (events.some(({ data }) => data.name === 'bad')) throw new Error('bad');
      await context.collection('effects').insertMany(events.map(({ data }) => ({ name: data.name })));
      return undefined;
    });
    const deliveries = batch.map((one) => delivered(one));
    expect(await consume(picky, deliveries)).toEqual([deliveries[2]?.messageId]);
    expect(await effects(own('onebad'))).toBe(4);
  });

  test('events of two tenants in one batch stay apart', async () => {
    const batch = [own('north'), own('south'), own('north')].map((tenant) => message({ tenant }));
    expect(
      await consume(
        together,
        batch.map((one) => delivered(one)),
      ),
    ).toEqual([]);
    expect([await effects(own('north')), await effects(own('south'))]).toEqual([2, 1]);
  });
});

describe('a batch', () => {
  test('answers for each record on its own', async () => {
    const bad = message({ data: { name: 'bad' } });
    const batch = [message(), bad, message(), message()].map((one) => delivered(one));
    const picky = handledBy(async (event, context) => {
      if (event.data.name === 'bad') throw new Error('bad');
      return leavesAnEffect(event, context);
    });
    expect(await consume(picky, batch)).toEqual([batch[1]?.messageId]);
  });

  test('batch with 20 % copies: a copy shares the fate of the one that runs (protocol: copies-share-a-fate)', async () => {
    const batch = Array.from({ length: 8 }, () => message({ tenant: own('twins') }));
    const records = [...batch, ...batch.slice(0, 2)].map((one) => delivered(one));
    let runs = 0;
    const counts = handledBy(async (event, context) => {
      runs++;
      return leavesAnEffect(event, context);
    });
    expect(await consume(counts, records)).toEqual([]);
    expect(runs).toBe(8);
    const lame = delivered(message({ tenant: own('lame'), id: 'one', source: '/s' }));
    const copy = { ...lame, messageId: 'copy', receiptHandle: 'copy' };
    expect(
      await consume(
        handledBy(async () => Promise.reject(new Error('no'))),
        [lame, copy],
      ),
    ).toEqual([lame.messageId, 'copy']);
  });

  test('work that does not fit into the time that is left comes back at once (protocol: whole-time-or-none)', async () => {
    const sent = message();
    const only = delivered(sent);
    const { createConsumer } = await import('../../../lib/consume/consume.ts');
    const consumer = createConsumer(
      { definition: succeeds, schemaHash: sent.schema, queueUrl: 'q', deadLetterUrl: 'd', runsAtOnce: 5 },
      ports,
    );
    expect(await consumer([only], () => 44_900)).toEqual({ batchItemFailures: [{ itemIdentifier: only.messageId }] });
    expect(queue.visibility.at(-1)).toEqual({ receiptHandle: only.receiptHandle, seconds: 0 });
    expect(await record(sent)).toBeNull();
    expect(await consumer([only], () => 45_100)).toEqual({ batchItemFailures: [] });
  });

  test('first deliveries read and mark nothing: one write an event', async () => {
    const calls: string[] = [];
    const watch = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get: (target, name, receiver) => {
          calls.push(String(name));
          return Reflect.get(target, name, receiver);
        },
      });
    await consume(
      handledBy(async () => 'nothing to write'),
      [delivered(message()), delivered(message())],
      { records: watch(ports.records) },
    );
    expect(calls).toEqual(['begin', 'begin']);
  });
});

describe('write conflicts', () => {
  test('a conflict on a hot document runs the handler again, and every effect is there once (protocol: conflicts)', async () => {
    await world.mongo.db.collection('plain').insertOne({ tenant: own('hot'), counter: 0 });
    const increments = handledBy(async (_, context) => {
      const plain = context.collection<{ counter: number }>('plain');
      const found = await plain.findOne({});
      await plain.updateOne({}, { $set: { counter: (found?.counter ?? 0) + 1 } });
    });
    const batch = Array.from({ length: 4 }, () => message({ tenant: own('hot') }));
    let open = batch.map((one) => delivered(one));
    for (let receives = 2; open.length > 0 && receives < 20; receives++) {
      const back = await consume(increments, open);
      open = open
        .filter(({ messageId }) => back.includes(messageId))
        .map((one) => ({ ...one, attributes: { ...one.attributes, ApproximateReceiveCount: String(receives) } }));
    }
    expect(await world.mongo.db.collection('plain').findOne({ tenant: own('hot') })).toMatchObject({ counter: 4 });
  });
});
