import { describe, expect, test } from 'vitest';
import { mongoReplayJobs } from '../../../../lib/adapters/mongo/replay-jobs.ts';
import { catalogueOf } from '../../../../lib/core/catalogue.ts';
import { beginJob } from '../../../../lib/failures/replay/jobs.ts';
import { workOff } from '../../../../lib/failures/replay/many.ts';
import { isRefusedForGood, type PublicationOutcome } from '../../../../lib/ports/publisher.ts';
import type { EventDefinition } from '../../../../lib/sdk/definition.ts';
import { aChange } from '../../../support/a-change.ts';
import { delivered, handledBy } from '../../../support/consumer-world.ts';
import { replayWorld, succeeds } from '../../../support/replay-world.ts';

const world = await replayWorld();
const { desk, replays, replay, discard, failed, failure, record, published, consume } = world;
const jobs = mongoReplayJobs(world.mongo, { expireAfterDays: 45 });
const tooLarge: PublicationOutcome = { tooLarge: true, most: 262_144 };

/** A queue that takes less than ours do. */
const refusedFor = async (asking: () => Promise<unknown>) => {
  replays.answers.push(tooLarge);
  await expect(asking()).rejects.toMatchObject({ code: 'event-too-large' });
  expect(published()).toEqual([]);
};

describe('a replay that SQS refuses for good is undone (protocol: refused-replay-is-undone)', () => {
  test('the publication that these tests speak of is one', () => expect(isRefusedForGood(tooLarge)).toBe(true));

  test('a new event in place of a failed one: the failure is open again, and other data may be smaller', async () => {
    const sent = await failed();
    await refusedFor(() => replay(sent, { edited: { data: { name: 'long' } } }));
    const open = await failure(sent);
    expect(open).toMatchObject({ state: 'open', replay: 0 });
    for (const gone of ['replacement', 'replayedAt', 'expireAt']) expect(open).not.toHaveProperty(gone);
    expect(await record(sent)).not.toHaveProperty('expireAt');
    await replay(sent, { edited: { data: { name: 'short' } } });
    expect(published()).toMatchObject([{ data: { name: 'short' } }]);
    expect(await failure(sent)).toMatchObject({ state: 'replayed' });
  });

  test('a plain one: its event has failed as before, and the failure may be edited', async () => {
    const sent = await failed();
    await refusedFor(() => replay(sent));
    expect(await failure(sent)).toMatchObject({ state: 'failed-again', replay: 1 });
    expect(await record(sent)).toMatchObject({ state: 'failed', replay: 1, failure: { id: world.idOf(sent) } });
    expect(await record(sent)).not.toHaveProperty('expireAt');
    await replay(sent, { edited: { data: { name: 'short' } } });
    expect(published()).toMatchObject([{ data: { name: 'short' }, replay: 0 }]);
  });

  test('or discarded, or replayed when the queue takes it: by a number of its own, once', async () => {
    const [first, second] = [await failed(), await failed()];
    for (const sent of [first, second]) await refusedFor(() => replay(sent));
    expect(await discard(first)).toMatchObject({ state: 'discarded' });
    await replay(second);
    const [again] = published();
    expect(again).toMatchObject({ replay: 2 });
    await consume(succeeds, again ? [delivered(again)] : []);
    expect(await failure(second)).toMatchObject({ state: 'replayed', outcome: 'succeeded' });
    expect(await world.effects(second.tenant)).toBe(1);
  });

  test('also where it was asked for once before and nobody knows: what was sent all the same changes nothing', async () => {
    const sent = await failed();
    replays.answers.push('unanswered');
    await expect(replay(sent)).rejects.toMatchObject({ code: 'queue-unavailable' });
    const [unheard] = published();
    desk.clock.advance(61_000);
    await refusedFor(() => replay(sent));
    expect(await failure(sent)).toMatchObject({ state: 'failed-again' });
    expect(await consume(succeeds, unheard ? [delivered(unheard)] : [])).toEqual([]);
    expect(await world.effects(sent.tenant)).toBe(0);
    expect(await record(sent)).toMatchObject({ state: 'failed', replay: 1 });
  });

  test.each<[string, EventDefinition, object]>([
    ['was settled by then', succeeds, { state: 'replayed', outcome: 'succeeded' }],
    ['waits for its next attempt', handledBy(async () => Promise.reject(new Error('not yet'))), { state: 'replaying' }],
  ])('but one that a consumer has seen goes its way: it %s', async (_, definition, stands) => {
    const sent = await failed();
    replays.answers.push('unanswered');
    await expect(replay(sent)).rejects.toMatchObject({ code: 'queue-unavailable' });
    const [unheard] = published();
    desk.clock.advance(61_000);
    const publisher = {
      publish: async () => {
        await consume(definition, unheard ? [delivered(unheard)] : []);
        return [tooLarge];
      },
    };
    await expect(replay(sent, {}, { publisher })).rejects.toMatchObject({ code: 'event-too-large' });
    expect(await failure(sent)).toMatchObject(stands);
  });

  test('within a replay of many it is passed over, and is none of what SQS holds', async () => {
    const tenant = `t-many-${world.run}`;
    const sent = await failed({ tenant });
    desk.clock.advance(Math.max(0, Date.now() + 1000 - desk.clock.now()));
    const begun = { tenant, within: {}, filter: {}, rate: 10, ...aChange };
    const publisher = { publish: async () => ['sent' as const] };
    const { _id } = await beginJob(begun, { ...desk, jobs, publisher });
    replays.answers.push(tooLarge);
    await workOff(_id, { ...desk, jobs, refusalOf: async () => undefined }, () => 60_000);
    const job = await jobs.get(_id);
    expect(job).toMatchObject({ state: 'done', passedOver: 1 });
    const [outcomes] = job ? await jobs.outcomes([job]) : [];
    expect(outcomes).toMatchObject({ waiting: 0 });
    expect(await failure(sent)).toMatchObject({ state: 'failed-again' });
  });

  test('what anybody has asked for is told of, and so is that it was taken back', async () => {
    const sent = await failed();
    await refusedFor(() => replay(sent));
    const told = await world.mongo.db
      .collection('audit')
      .find({ subject: world.idOf(sent) })
      .toArray();
    expect(told.map(({ action, reason }) => [action, reason])).toEqual([
      ['failure.replayed', undefined],
      ['failure.replayed', 'taken back: its queue will not take this message'],
    ]);
  });
});

describe('a replay whose event type is gone', () => {
  const gone = { catalogue: catalogueOf([]) };

  test('is discarded once nobody has seen it for a minute; a message of it that is found later changes nothing', async () => {
    const sent = await failed();
    await replay(sent);
    const [message] = published();
    await expect(discard(sent, 'gone', gone)).rejects.toMatchObject({ code: 'replay-under-way' });
    desk.clock.advance(61_000);
    await expect(discard(sent, 'there')).rejects.toMatchObject({ code: 'replay-under-way' });
    expect(await discard(sent, 'gone', gone)).toMatchObject({ state: 'discarded', discarded: { reason: 'gone' } });
    expect(await record(sent)).toMatchObject({ state: 'failed', replay: 1, expireAt: expect.any(Date) });
    expect(await consume(succeeds, message ? [delivered(message)] : [])).toEqual([]);
    expect(await world.effects(sent.tenant)).toBe(0);
    expect(await failure(sent)).toMatchObject({ state: 'discarded' });
  });

  test('but not while its consumer is at it', async () => {
    const sent = await failed();
    await replay(sent);
    const [message] = published();
    await consume(
      handledBy(async () => Promise.reject(new Error('not yet'))),
      message ? [delivered(message)] : [],
    );
    desk.clock.advance(61_000);
    await expect(discard(sent, 'gone', gone)).rejects.toMatchObject({ code: 'replay-under-way' });
  });
});
