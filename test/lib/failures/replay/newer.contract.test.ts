import { describe, expect, test } from 'vitest';
import { mongoReplayJobs } from '../../../../lib/adapters/mongo/replay-jobs.ts';
import { NewerFormatError } from '../../../../lib/core/errors.ts';
import { goOn } from '../../../../lib/failures/replay/go-on.ts';
import { beginJob, encodeJob } from '../../../../lib/failures/replay/jobs.ts';
import { aChange } from '../../../support/a-change.ts';
import { delivered } from '../../../support/consumer-world.ts';
import { recordingQueue } from '../../../support/recording-queue.ts';
import { fails, replayWorld, succeeds } from '../../../support/replay-world.ts';

const world = await replayWorld();
const { desk, replays, replay, published, failed, failure, discard, runReplays, record, keyOf, idOf, readLetters } =
  world;
const jobs = mongoReplayJobs(world.mongo, { expireAfterDays: 45 });
const queue = recordingQueue();
const ports = { ...desk, jobs, refusalOf: async () => undefined, queue };
const minute = 60_000;
const plan = { plan: { 'a\\b': [1] } };
const edited = { data: { name: 'mended' } };

describe('members of a message that the desk does not know', () => {
  test('are in its replay, and in the replay of that', async () => {
    const sent = await failed({ carried: plan });
    await replay(sent);
    expect(replays.published).toHaveLength(1);
    expect(JSON.parse(replays.published[0]?.body ?? '')).toMatchObject({ id: sent.id, replay: 1, ...plan });
    await runReplays(fails);
    await readLetters();
    await replay(sent);
    expect(published()).toMatchObject([{ id: sent.id, replay: 2, carried: plan }]);
  });

  test('are not in an edited one: it is another event', async () => {
    const sent = await failed({ carried: plan });
    await replay(sent, { edited });
    expect(published().map(({ carried }) => carried)).toEqual([undefined]);
  });
});

describe('what newer code wrote at the desk', () => {
  test('a replacement of a higher version goes out again as it is; nobody here can compare its data', async () => {
    const sent = await failed();
    replays.answers.push('unsent');
    await expect(replay(sent, { edited })).rejects.toMatchObject({ code: 'queue-unavailable' });
    const body = (await failure(sent))?.replacement?.publication.body.replace('"version":1,', '"version":2,') ?? '';
    await world.mongo.failures.updateOne({ _id: idOf(sent) }, { $set: { 'replacement.publication.body': body } });
    desk.clock.advance(minute);
    await expect(replay(sent, { edited })).rejects.toMatchObject({ code: 'failure-replayed' });
    expect(await replay(sent)).toMatchObject({ state: 'replayed' });
    expect(replays.published.splice(0)).toMatchObject([{ body }]);
  });

  test.each(['failures', 'events'] as const)(
    'a document of a higher format in %s is changed by no request',
    async (of) => {
      const sent = await failed();
      const [_id, target] = of === 'events' ? [keyOf(sent), world.mongo.events] : [idOf(sent), world.mongo.failures];
      await (target as typeof world.mongo.events).updateOne({ _id }, { $set: { format: 2 } });
      const before = [await record(sent), await failure(sent)];
      await expect(replay(sent)).rejects.toThrow(NewerFormatError);
      await expect(replay(sent, { edited })).rejects.toThrow(NewerFormatError);
      await expect(discard(sent)).rejects.toThrow(NewerFormatError);
      expect([await record(sent), await failure(sent)]).toEqual(before);
      expect(published()).toEqual([]);
    },
  );
});

describe('a replay of many that newer code began', () => {
  const forEver = () => minute;
  const begun = async () => {
    const sent = await failed();
    desk.clock.advance(Math.max(0, Date.now() + 1000 - desk.clock.now()));
    const job = await beginJob(
      { tenant: sent.tenant, within: {}, filter: {}, rate: 1, ...aChange },
      { ...ports, publisher: queue },
    );
    return { sent, id: job._id };
  };

  test('comes back in a minute where its message or its job is of a higher format; nothing is replayed', async () => {
    const { sent, id } = await begun();
    expect(await jobs.get(id)).toMatchObject({ format: 2 });
    await world.mongo.db.collection<{ _id: string }>('replays').updateOne({ _id: id }, { $set: { format: 3 } });
    const before = await jobs.get(id);
    const records = [delivered(encodeJob(id)), delivered(JSON.stringify({ replays: 2, jobs: [id] }))];
    const lines: unknown[] = [];
    const log = { ...ports.log, warn: (text: string, details = {}) => void lines.push([text, details]) };
    expect(await goOn(records, { ...ports, log }, forEver)).toEqual({
      batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
    expect(queue.visibility.splice(0).map(({ seconds }) => seconds)).toEqual([60, 60]);
    expect(lines).toEqual([['replays of many wait for newer code', { jobs: 2 }]]);
    expect(await jobs.get(id)).toEqual(before);
    expect(await failure(sent)).toMatchObject({ state: 'open' });
  });

  test('is worked off where its message has members that are not known here', async () => {
    const { sent, id } = await begun();
    const job = delivered(JSON.stringify({ since: 'x', ...JSON.parse(encodeJob(id)), rate: 7 }));
    expect(await goOn([job], ports, forEver)).toEqual({ batchItemFailures: [] });
    expect(published()).toMatchObject([{ id: sent.id, replay: 1 }]);
  });

  test.each(['', 'null', '[]', '{}', '{"replays":0}', '{"replays":1,"id":"x"}', '{"replays":"2"}'])(
    'is not meant by %j: it is dropped',
    async (body) => {
      expect(await goOn([delivered(body)], ports, forEver)).toEqual({ batchItemFailures: [] });
    },
  );
});

test('what the desk wrote runs as ever', async () => {
  const sent = await failed({ carried: plan });
  await replay(sent);
  expect(await runReplays(succeeds)).toEqual([]);
  expect(await record(sent)).toMatchObject({ state: 'succeeded', replay: 1, format: 1 });
});
