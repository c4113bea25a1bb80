import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { mongoEventQueries, mongoFailureQueries } from '../../../../lib/adapters/mongo/queries.ts';
import { catalogueOf } from '../../../../lib/core/catalogue.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import type { FailureCause, FailureState } from '../../../../lib/core/failure.ts';
import { deduplicationId } from '../../../../lib/core/fifo.ts';
import type { Message } from '../../../../lib/core/message.ts';
import { summaryOfFailure } from '../../../../lib/failures/view.ts';
import { viewOfRecord } from '../../../../lib/results/view.ts';
import type { EventDefinition } from '../../../../lib/sdk/definition.ts';
import { rejected } from '../../../../lib/sdk/result.ts';
import { aChange, anEntry } from '../../../support/a-change.ts';
import { delivered, handledBy, handledTogetherBy } from '../../../support/consumer-world.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { fails, replayWorld, succeeds } from '../../../support/replay-world.ts';

const world = await replayWorld();
const { message, consume, record, effects, failures, readLetters, ports } = world;
const { desk, replays, replay, discard, published, failed, failure, runReplays, keyOf, idOf } = world;
const { listFailures } = mongoFailureQueries(world.mongo);
const minute = 60_000;
const conflict = (code: string) => ({ code, problem: { status: 409 } });

describe('the audit of the desk', () => {
  const told = (subject: string) => world.mongo.db.collection('audit').find({ subject }).sort({ _id: 1 }).toArray();

  test('is written with what it tells of, and not where that is refused', async () => {
    const sent = await failed();
    await replay(sent);
    const of = { ...aChange, tenant: sent.tenant, type: sent.type, source: sent.source };
    expect(await told(idOf(sent))).toMatchObject([{ ...of, action: 'failure.replayed' }]);
    await expect(replay(sent)).rejects.toMatchObject({ code: 'replay-under-way' });
    await expect(discard(sent)).rejects.toMatchObject({ code: 'replay-under-way' });
    expect(await told(idOf(sent))).toHaveLength(1);
    published();
  });

  test('is one transaction with it: neither is there without the other', async () => {
    const sent = await failed();
    const broken = {
      ...anEntry,
      subject: idOf(sent),
      get reason(): string {
        throw new Error('cannot be told');
      },
    };
    const discarding = { kind: 'discard', reason: 'r', at: new Date() } as const;
    await expect(
      desk.desk.change({ tenants: [sent.tenant] }, idOf(sent), () => ({ change: discarding, audit: broken })),
    ).rejects.toThrow('cannot be told');
    expect(await failure(sent)).toMatchObject({ state: 'open' });
    expect(await told(idOf(sent))).toEqual([]);
  });
});

describe('a replay', () => {
  test('is written first: failure and record in one transaction, attempts and starts empty (protocol: replay-moves-the-record)', async () => {
    const sent = await failed({ extensions: { traceparent: 'none', extra: 1 }, subject: 's' });
    const before = await record(sent);
    expect(await replay(sent)).toMatchObject({ _id: idOf(sent), state: 'replaying', replay: 1 });
    const after = await record(sent);
    expect(after).toMatchObject({
      state: 'retrying',
      replay: 1,
      attempts: [],
      data: before?.data,
      failure: before?.failure,
    });
    for (const gone of ['starts', 'suspect', 'returns', 'lastWord', 'settledAt', 'expireAt']) {
      expect(after).not.toHaveProperty(gone);
    }
    expect(published()).toEqual([{ ...sent, replay: 1 }]);
  });

  test('that cannot move the record does not move the failure either (protocol: replay-moves-the-record)', async () => {
    const sent = await failed();
    await world.mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { state: 'failing' } });
    await expect(replay(sent)).rejects.toMatchObject(conflict('replay-needs-data'));
    await expect(
      desk.desk.change({ tenants: [sent.tenant] }, idOf(sent), () => ({
        change: { kind: 'replay', replay: 1, at: new Date() },
        audit: anEntry,
      })),
    ).rejects.toMatchObject({ code: 'desk-out-of-step' });
    expect(await failure(sent)).toMatchObject({ state: 'open', replay: 0 });
    expect(await record(sent)).toMatchObject({ state: 'failing', replay: 0 });
  });

  test('runs the event, and settling it closes its failure: effect once, nothing expires before, both do after (protocol: settling-closes-the-failure)', async () => {
    const sent = await failed();
    await replay(sent);
    expect(await failure(sent)).not.toHaveProperty('expireAt');
    expect(await runReplays(succeeds)).toEqual([]);
    expect(await record(sent)).toMatchObject({
      state: 'succeeded',
      replay: 1,
      attempts: [{ outcome: 'succeeded' }],
      expireAt: expect.any(Date),
    });
    expect(await failure(sent)).toMatchObject({ state: 'replayed', attempts: [{ outcome: 'error' }] });
    expect((await failure(sent))?.expireAt).toEqual((await record(sent))?.expireAt);
    expect(await effects(sent.tenant)).toBe(1);
  });

  const handlers = {
    'a handler that writes': succeeds,
    'a handler that writes nothing': handledBy(async () => 'done'),
  };
  for (const [which, definition] of Object.entries(handlers)) {
    test(`settling a replay closes its failure in the same transaction (protocol: settling-closes-the-failure): ${which} and cannot close it settles nothing`, async () => {
      const sent = await failed();
      await replay(sent);
      const [again = sent] = published();
      const other = world.mongo.client.startSession();
      other.startTransaction();
      await world.mongo.failures.updateOne({ _id: idOf(sent) }, { $set: { code: 'held' } }, { session: other });
      const first = delivered(again);
      expect(await consume(definition, [first])).toEqual([first.messageId]);
      expect(await effects(sent.tenant)).toBe(0);
      expect(await record(sent)).toMatchObject({ state: 'retrying', attempts: [] });
      await other.abortTransaction();
      await other.endSession();
      expect(await consume(definition, [delivered(again, { receives: 2 })])).toEqual([]);
      expect(await record(sent)).toMatchObject({ state: 'succeeded' });
      expect(await failure(sent)).toMatchObject({ state: 'replayed' });
    });
  }

  test('that is rejected or expired closes its failure too (protocol: settling-closes-the-failure)', async () => {
    const said = await failed();
    await replay(said);
    await runReplays(handledBy(async () => rejected('no')));
    expect(await record(said)).toMatchObject({ state: 'rejected', replay: 1 });
    const late = await failed();
    await world.mongo.events.updateOne(
      { _id: keyOf(late) },
      { $set: { extensions: '{"expirytime":"2020-01-01T00:00:00Z"}' } },
    );
    await replay(late, {}, { clock: fakeClock(Date.parse('2019-12-31T23:59:59Z')) });
    await runReplays(succeeds);
    expect(await record(late)).toMatchObject({ state: 'expired', replay: 1 });
    for (const one of [said, late]) expect(await failure(one)).toMatchObject({ state: 'replayed' });
  });

  test('in a batch that settles together closes its failure beside first publications (protocol: settling-closes-the-failure)', async () => {
    const together = handledTogetherBy(async (events, context) => {
      await context.collection('plain').insertOne({ count: events.length });
      return undefined;
    });
    const tenant = `t-batch-${world.run}`;
    const sent = await failed({ tenant });
    await replay(sent);
    const [again] = published();
    const fresh = message({ tenant });
    expect(await consume(together, [delivered(fresh), delivered(again ?? sent)])).toEqual([]);
    expect(await record(fresh)).toMatchObject({ state: 'succeeded', replay: 0 });
    expect(await record(sent)).toMatchObject({ state: 'succeeded', replay: 1 });
    expect(await failures(tenant)).toMatchObject([{ state: 'replayed' }]);
  });

  test('that fails makes its failure failed-again, with the attempts of both, and may be replayed again (protocol: settling-closes-the-failure, failure-per-payload)', async () => {
    const sent = await failed();
    await replay(sent);
    await runReplays(handledBy(async () => Promise.reject(new Error('worse')), { retry: { attempts: 1 } }));
    await readLetters();
    expect(await failures(sent.tenant)).toMatchObject([
      {
        _id: idOf(sent),
        state: 'failed-again',
        replay: 1,
        cause: 'attempts-exhausted',
        message: 'worse',
        attempts: [{ error: { code: 'no-good' } }, { error: { message: 'worse' } }],
      },
    ]);
    expect(await record(sent)).toMatchObject({ state: 'failed', replay: 1, failure: { id: idOf(sent) } });
    expect(await record(sent)).not.toHaveProperty('expireAt');
    expect(await replay(sent)).toMatchObject({ state: 'replaying', replay: 2 });
    expect(await runReplays(succeeds)).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', replay: 2 });
    expect(await failures(sent.tenant)).toMatchObject([{ state: 'replayed', replay: 2 }]);
  });

  test('entry 11: keeps the last 50 attempts of its failure and counts all; lists carry none, whatever older code let grow', async () => {
    const sent = await failed();
    const old = Array.from({ length: 1150 }, () => ({
      at: '2026-11-23T12:00:00.000Z',
      outcome: 'error' as const,
      error: { code: 'old', message: 'x'.repeat(1000) },
    }));
    await world.mongo.failures.updateOne({ _id: idOf(sent) }, { $set: { attempts: old }, $unset: { attempted: '' } });
    const list = async () => (await listFailures({ tenants: [sent.tenant] }, { limit: 9 })).items.map(summaryOfFailure);
    const shown = await list();
    expect(shown).toMatchObject([{ attempted: 1150 }]);
    expect(JSON.stringify(shown).length).toBeLessThan(2000);
    await replay(sent);
    await runReplays(fails);
    await readLetters();
    const { attempts, attempted } = (await failure(sent)) ?? {};
    expect([attempts?.length, attempts?.at(-1)?.error?.code, attempted]).toEqual([50, 'no-good', 1151]);
    expect(await list()).toMatchObject([{ attempted: 1151, state: 'failed-again' }]);
  });

  test('counts attempts anew', async () => {
    const flaky = handledBy(async () => Promise.reject(new Error('again')), { retry: { attempts: 2 } });
    const sent = message();
    await consume(flaky, [delivered(sent)]);
    await consume(flaky, [delivered(sent, { receives: 2 })]);
    await readLetters();
    await replay(sent);
    const [again] = published();
    const first = delivered(again ?? sent);
    expect(await consume(flaky, [first])).toEqual([first.messageId]);
    expect(await record(sent)).toMatchObject({ state: 'retrying', replay: 1, attempts: [{ outcome: 'error' }] });
    await consume(flaky, [delivered(again ?? sent, { receives: 2 })]);
    await readLetters();
    expect(await failure(sent)).toMatchObject({ state: 'failed-again', replay: 1, attempts: { length: 4 } });
  });

  test('carries data with a key `_bsontype` as it was sent', async () => {
    const loose = (definition: EventDefinition) => ({ ...definition, data: z.looseObject({ name: z.string() }) });
    const data = { name: 'n', _bsontype: 'ObjectId', $where: '1', 'a.b': { '': null } };
    const sent = await failed({ data }, loose(fails));
    await replay(sent, {}, { catalogue: catalogueOf([loose(succeeds)]) });
    const [again] = published();
    expect(again).toMatchObject({ data, replay: 1 });
    expect(await consume(loose(succeeds), [delivered(again ?? sent)])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', data: JSON.stringify(data) });
  });

  test('of data that its schema refuses now is 422 and writes nothing; a written one goes out all the same', async () => {
    const sent = await failed();
    await world.mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { data: '{"name":7}' } });
    await expect(replay(sent)).rejects.toMatchObject({
      code: 'invalid-data',
      problem: { status: 422, errors: [{ pointer: '#/data/name' }] },
    });
    expect(await failure(sent)).toMatchObject({ state: 'open' });
    await world.mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { data: '{"name":"n"}' } });
    await replay(sent);
    published();
    await world.mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { data: '{"name":7}' } });
    desk.clock.advance(minute);
    await replay(sent);
    await runReplays(succeeds);
    await readLetters();
    expect(await failure(sent)).toMatchObject({ state: 'failed-again', cause: 'invalid-data' });
  });

  test('is seen by those who ask for the event: retried, then settled, its failure only a link', async () => {
    const sent = await failed();
    const view = async () => {
      const stored = await mongoEventQueries(world.mongo).get(sent, keyOf(sent));
      return stored && viewOfRecord(stored);
    };
    const links = { self: expect.any(String), failure: `/failures/${idOf(sent)}` };
    expect(await view()).toMatchObject({ status: 'failed', failure: { id: idOf(sent), cause: 'permanent' }, links });
    await replay(sent);
    expect(await view()).toMatchObject({ status: 'retrying', attempts: [], links });
    await runReplays(succeeds);
    expect(await view()).toMatchObject({ status: 'succeeded', attempts: [{ outcome: 'succeeded' }], links });
    expect(await view()).not.toHaveProperty('failure');
  });

  test('deduplication id swallowing a replay: it holds the replay number, in the group of the event', async () => {
    const ordered = await replayOfOrdered();
    expect(ordered.publication).toMatchObject({
      deduplicationId: deduplicationId(keyOf(ordered.sent), ordered.sent.fingerprint, 1),
      queueUrl: 'http://queue/test-happened.fifo',
    });
    expect(ordered.publication?.deduplicationId).not.toBe(
      deduplicationId(keyOf(ordered.sent), ordered.sent.fingerprint, 0),
    );
  });
});

async function replayOfOrdered(): Promise<{
  sent: Message;
  publication: (typeof replays.published)[number] | undefined;
}> {
  const sent = await failed();
  await replay(sent, {}, { catalogue: catalogueOf([handledBy(async () => 'done', { ordered: true })]) });
  return { sent, publication: replays.published.splice(0)[0] };
}

describe('what is not replayed', () => {
  test('an event that failed and is sent again stays failed; only a replay runs it', async () => {
    const sent = await failed();
    expect(await consume(succeeds, [delivered(sent)])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'failed', replay: 0 });
    expect(await effects(sent.tenant)).toBe(0);
  });

  test('a failure `id-reused` without data, and the event that has its id stays untouched (protocol: reused-id-needs-a-new-id, letters-compare-fingerprints)', async () => {
    const first = message();
    await consume(succeeds, [delivered(first)]);
    const second = { ...first, data: { name: 'other' }, fingerprint: 'B'.repeat(43) };
    await consume(succeeds, [delivered(second)]);
    await readLetters();
    const before = await record(first);
    await expect(replay(second)).rejects.toMatchObject(conflict('replay-needs-data'));
    expect(await record(first)).toEqual(before);
    expect(await failure(second)).toMatchObject({ cause: 'id-reused', state: 'open' });
    expect(published()).toEqual([]);
  });

  test('nor when the event that has its id has failed too: its record is not moved for another payload (protocol: reused-id-needs-a-new-id)', async () => {
    const first = await failed();
    const second = { ...first, data: { name: 'other' }, fingerprint: 'B'.repeat(43) };
    await consume(succeeds, [delivered(second)]);
    await readLetters();
    await expect(replay(second)).rejects.toMatchObject(conflict('replay-needs-data'));
    expect(await record(first)).toMatchObject({ state: 'failed', replay: 0 });
    expect(published()).toEqual([]);
  });

  test('nor, by the same rule, one whose record is gone', async () => {
    const sent = await failed();
    await world.mongo.events.deleteOne({ _id: keyOf(sent) });
    await expect(replay(sent)).rejects.toMatchObject(conflict('replay-needs-data'));
  });

  const closed: [string, Partial<{ state: FailureState; cause: FailureCause }>, string, boolean][] = [
    ['what could not be decoded', { cause: 'undecodable' }, 'failure-undecodable', false],
    ['a discarded failure', { state: 'discarded' }, 'failure-discarded', false],
    ['a replayed failure', { state: 'replayed' }, 'failure-replayed', false],
  ];
  for (const [what, change, code, retryable] of closed) {
    test(`${what}, with or without data`, async () => {
      const sent = await failed();
      await world.mongo.failures.updateOne({ _id: idOf(sent) }, { $set: change });
      for (const edited of [undefined, { data: { name: 'n' } }]) {
        await expect(replay(sent, { edited })).rejects.toMatchObject({ code, problem: { status: 409, retryable } });
      }
      expect(published()).toEqual([]);
      expect(await record(sent)).toMatchObject({ state: 'failed', replay: 0 });
    });
  }

  test('another tenant’s failure: it is not there', async () => {
    const sent = await failed();
    await expect(replay(sent, { reach: { tenants: ['another', null] } })).rejects.toMatchObject({
      code: 'failure-unknown',
    });
    expect(await failure(sent)).toMatchObject({ state: 'open' });
  });
});

describe('a failure that is discarded', () => {
  test('keeps reason and time, its event stays failed, and both expire', async () => {
    const sent = await failed();
    expect(await discard(sent, 'sent by mistake')).toMatchObject({
      state: 'discarded',
      discarded: { reason: 'sent by mistake', at: new Date(desk.clock.now()).toISOString() },
      expireAt: new Date(desk.clock.now() + 45 * 86_400_000),
    });
    expect(await record(sent)).toMatchObject({ state: 'failed', expireAt: expect.any(Date) });
  });

  test('may be discarded again for the same reason, and for no other', async () => {
    const sent = await failed();
    const first = await discard(sent);
    desk.clock.advance(1000);
    expect(await discard(sent)).toEqual(first);
    await expect(discard(sent, 'another')).rejects.toMatchObject(conflict('failure-discarded'));
  });

  test('cannot be one that is replayed, or was', async () => {
    const sent = await failed();
    await replay(sent);
    await expect(discard(sent)).rejects.toMatchObject(conflict('replay-under-way'));
    await runReplays(succeeds);
    await expect(discard(sent)).rejects.toMatchObject(conflict('failure-replayed'));
  });

  test('`id-reused` leaves the record of the event that has its id alone (protocol: letters-compare-fingerprints)', async () => {
    const first = await failed();
    const second = { ...first, fingerprint: 'B'.repeat(43) };
    await consume(succeeds, [delivered(second)]);
    await readLetters();
    await discard(second);
    expect(await record(first)).not.toHaveProperty('expireAt');
    expect(await failure(first)).toMatchObject({ state: 'open' });
  });
});

describe('an outage', () => {
  test('of MongoDB publishes nothing', async () => {
    const sent = await failed();
    const down = { change: async () => Promise.reject(new DependencyError('mongodb', 'no primary')) };
    await expect(replay(sent, {}, { desk: down })).rejects.toMatchObject({ code: 'mongodb-unavailable' });
    expect(published()).toEqual([]);
  });

  test('of Redis does not hold a replay back', async () => {
    const sent = await failed();
    const outcomes = { forget: async () => Promise.reject(new DependencyError('redis', 'gone')) };
    await replay(sent, {}, { outcomes });
    expect(await ports.results.read(keyOf(sent))).toMatchObject({ outcome: { outcome: 'failed', replay: 0 } });
    await runReplays(succeeds);
    expect(await ports.results.read(keyOf(sent))).toMatchObject({ outcome: { outcome: 'succeeded', replay: 1 } });
  });
});
