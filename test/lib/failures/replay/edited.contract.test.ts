import { describe, expect, test } from 'vitest';
import { mongoFailureQueries } from '../../../../lib/adapters/mongo/queries.ts';
import { eventKey } from '../../../../lib/core/event-key.ts';
import type { Message } from '../../../../lib/core/message.ts';
import { viewOfFailure } from '../../../../lib/failures/view.ts';
import { viewOfRecord } from '../../../../lib/results/view.ts';
import { aChange } from '../../../support/a-change.ts';
import { delivered } from '../../../support/consumer-world.ts';
import { fails, replayWorld, succeeds } from '../../../support/replay-world.ts';

const world = await replayWorld();
const { message, consume, record, effects, failures, readLetters } = world;
const { desk, claims, replays, replay, published, failed, failure, runReplays, keyOf, idOf } = world;
const minute = 60_000;
const edited = { data: { name: 'mended' } };

/** The new event of an edited replay, as it was published. */
async function replacementOf(sent: Message): Promise<Message> {
  await replay(sent, { edited });
  const [fresh] = published();
  if (!fresh) throw new Error('nothing was published');
  return fresh;
}

describe('who sent an event', () => {
  const by = { key: 'k-0', name: 'a till' };

  test('stands in its record and goes along with its replays; an edited one is its editor’s', async () => {
    const sent = await failed({ by });
    expect(await record(sent)).toMatchObject({ by });
    await replay(sent);
    const [again] = published();
    expect(again).toMatchObject({ id: sent.id, replay: 1, by });
    expect(await replacementOf(await failed({ by }))).toMatchObject({ by: aChange.by });
  });

  test('is nobody where older code took it in', async () => {
    const sent = await failed();
    expect(await record(sent)).not.toHaveProperty('by');
    await replay(sent);
    expect(published()[0]?.by).toBeUndefined();
  });

  test('is not lost where older code has recorded it', async () => {
    const sent = await failed();
    await world.mongo.events.updateOne({ _id: keyOf(sent) }, { $set: { carried: JSON.stringify({ by }) } });
    await replay(sent);
    expect(published()[0]?.by).toEqual(by);
  });
});

describe('an edited replay', () => {
  test('closes the original and writes the new event into it, and both may expire; then publishes (protocol: replacement-is-written-down)', async () => {
    const sent = await failed({ subject: 's', extensions: { extra: 1 }, time: '2026-11-23T10:00:00Z' });
    const fresh = await replacementOf(sent);
    const { tenant, source, type, subject, time, schema } = sent;
    expect(fresh).toMatchObject({ tenant, source, type, subject, time, schema, replay: 0, ...edited });
    expect(fresh.extensions).toEqual({ extra: 1, replayof: idOf(sent) });
    expect(fresh.id).not.toBe(sent.id);
    expect(fresh.fingerprint).not.toBe(sent.fingerprint);
    expect(await failure(sent)).toMatchObject({
      state: 'replayed',
      expireAt: expect.any(Date),
      replacement: { key: keyOf(fresh), id: fresh.id, source },
    });
    expect(await record(sent)).toMatchObject({ state: 'failed', replay: 0, expireAt: expect.any(Date) });
  });

  test('is one line of the log that names both events', async () => {
    const sent = await failed();
    const lines: unknown[] = [];
    const log = { ...desk.log, info: (text: string, details = {}) => void lines.push({ message: text, ...details }) };
    await replay(sent, { edited }, { log });
    const [fresh] = published();
    const { tenant, id, source, type } = sent;
    const names = { event_id: id, source, type, tenant, replacement_id: fresh?.id, failure: idOf(sent) };
    expect(lines).toEqual([{ message: 'failure replayed', ...names, published: 'sent' }]);
  });

  test('is a new event that runs once, and each of the two leads to the other', async () => {
    const sent = await failed();
    const fresh = await replacementOf(sent);
    expect(await consume(succeeds, [delivered(fresh)])).toEqual([]);
    expect(await effects(sent.tenant)).toBe(1);
    const [original, stored] = [await failure(sent), await record(fresh)];
    if (!original || !stored) throw new Error('both are there');
    const self = `/events/${fresh.id}`;
    expect(viewOfFailure(original)).toMatchObject({ replacement: { id: fresh.id, links: { self } } });
    expect(viewOfRecord(stored)).toMatchObject({ status: 'succeeded', replayof: idOf(sent), links: { self } });
    const { items } = await mongoFailureQueries(world.mongo).listFailures({ tenants: [sent.tenant] }, { limit: 9 });
    expect(items.map(viewOfFailure)).toMatchObject([{ replacement: { id: fresh.id } }]);
    expect(items[0]?.replacement).not.toHaveProperty('publication');
  });

  test('is `accepted` from the moment SQS holds it', async () => {
    const fresh = await replacementOf(await failed());
    expect(await claims.read(keyOf(fresh))).toMatchObject({ confirmed: true, fingerprint: fresh.fingerprint });
  });

  test('of a failure `id-reused` has a new id, and the event that has the old one stays untouched (protocol: reused-id-needs-a-new-id)', async () => {
    const first = message();
    await consume(succeeds, [delivered(first)]);
    const second = { ...first, data: { name: 'other' }, fingerprint: 'B'.repeat(43) };
    await consume(succeeds, [delivered(second)]);
    await readLetters();
    const before = await record(first);
    const fresh = await replacementOf(second);
    expect(fresh).toMatchObject({ ...edited, extensions: { replayof: idOf(second) } });
    expect(await record(first)).toEqual(before);
    expect(await consume(succeeds, [delivered(fresh)])).toEqual([]);
    expect(await effects(first.tenant)).toBe(2);
  });

  test('with data that its schema refuses is 422 and leaves the failure open', async () => {
    const sent = await failed();
    for (const [data, pointer] of [
      [{ name: 7 }, '#/data/name'],
      [null, '#/data'],
      [{ name: 'n', more: 1 }, '#/data/more'],
    ] as const) {
      await expect(replay(sent, { edited: { data } })).rejects.toMatchObject({
        code: 'invalid-data',
        problem: { errors: [{ pointer }] },
      });
    }
    expect(await failure(sent)).toMatchObject({ state: 'open' });
    expect(published()).toEqual([]);
  });

  test('that fails has a failure of its own', async () => {
    const sent = await failed();
    const fresh = await replacementOf(sent);
    await consume(fails, [delivered(fresh)]);
    await readLetters();
    expect(await failure(sent)).toMatchObject({ state: 'replayed' });
    expect(await failure(fresh)).toMatchObject({ state: 'open', replay: 0 });
    expect(await failures(sent.tenant)).toHaveLength(2);
  });

  test('of a replay that has failed again is possible, of one under way it is not', async () => {
    const sent = await failed();
    await replay(sent);
    await expect(replay(sent, { edited })).rejects.toMatchObject({ code: 'replay-under-way' });
    desk.clock.advance(minute);
    await expect(replay(sent, { edited })).rejects.toMatchObject({ code: 'replay-under-way' });
    await runReplays(fails);
    await readLetters();
    expect(await replay(sent, { edited })).toMatchObject({ state: 'replayed', replay: 1 });
    published();
  });
});

describe('an edited replay that was written and not published (protocol: replacement-is-written-down)', () => {
  test('is asked for again after 60 s, with or without its data, and publishes the same event', async () => {
    const sent = await failed();
    replays.answers.push('unsent');
    await expect(replay(sent, { edited })).rejects.toMatchObject({
      code: 'queue-unavailable',
      retryAfter: 60,
      problem: { id: idOf(sent), state: 'replayed', replacement: { id: expect.any(String) } },
    });
    expect(published()).toEqual([]);
    await expect(replay(sent)).rejects.toMatchObject({ code: 'replay-under-way', retryAfter: 60 });
    desk.clock.advance(minute);
    await replay(sent);
    desk.clock.advance(minute);
    await replay(sent, { edited });
    const [first, second] = published();
    expect(second).toEqual(first);
    const id = (await failure(sent))?.replacement?.id ?? '';
    expect(first).toMatchObject({ id, ...edited });
    await Promise.all([consume(succeeds, [delivered(first ?? sent)]), consume(succeeds, [delivered(second ?? sent)])]);
    expect(await effects(sent.tenant)).toBe(1);
  });

  test('survives a desk that dies before it publishes', async () => {
    const sent = await failed();
    const publisher = { publish: () => Promise.reject(new Error('killed')) };
    await expect(replay(sent, { edited }, { publisher })).rejects.toThrow('killed');
    desk.clock.advance(minute);
    await replay(sent);
    expect(await runReplays(succeeds)).toEqual([]);
    const { id = '' } = (await failure(sent))?.replacement ?? {};
    const key = eventKey(sent.tenant, sent.source, id);
    expect(await world.mongo.events.findOne({ _id: key })).toMatchObject({ state: 'succeeded' });
  });

  test('is not asked for with other data', async () => {
    const sent = await failed();
    await replacementOf(sent);
    desk.clock.advance(minute);
    await expect(replay(sent, { edited: { data: { name: 'third' } } })).rejects.toMatchObject({
      code: 'failure-replayed',
    });
    expect(published()).toEqual([]);
  });

  test('is done when a consumer has seen the new event', async () => {
    const sent = await failed();
    const fresh = await replacementOf(sent);
    await consume(succeeds, [delivered(fresh)]);
    desk.clock.advance(minute);
    await expect(replay(sent)).rejects.toMatchObject({ code: 'failure-replayed', problem: { retryable: false } });
  });
});
