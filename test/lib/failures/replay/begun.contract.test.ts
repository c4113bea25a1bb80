import { describe, expect, test } from 'vitest';
import { mongoReplayJobs } from '../../../../lib/adapters/mongo/replay-jobs.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { beginJob, decodeJob } from '../../../../lib/failures/replay/jobs.ts';
import { workOff } from '../../../../lib/failures/replay/many.ts';
import type { Publisher } from '../../../../lib/ports/publisher.ts';
import type { ReplayJobs } from '../../../../lib/ports/replay-jobs.ts';
import { aChange } from '../../../support/a-change.ts';
import { recordingQueue } from '../../../support/recording-queue.ts';
import { replayWorld } from '../../../support/replay-world.ts';

const world = await replayWorld();
const { desk, replays, failed, failure } = world;
const jobs = mongoReplayJobs(world.mongo, { expireAfterDays: 45 });
const ports = { ...desk, jobs, refusalOf: async () => undefined };
const minutes = (count: number) => count * 60_000;

/** One failure of a tenant of its own, and what asks for a replay of it. */
async function asking(name: string) {
  const tenant = `t-${name}-${world.run}`;
  const sent = await failed({ tenant });
  replays.published.splice(0);
  desk.clock.advance(Math.max(0, Date.now() + 1000 - desk.clock.now()));
  const queue = recordingQueue();
  const begin = (other: { jobs?: ReplayJobs; publisher?: Publisher } = {}) =>
    beginJob({ tenant, within: {}, filter: {}, rate: 10, ...aChange }, { ...ports, publisher: queue, ...other });
  const workedOff = async () => {
    for (const { body } of queue.published.splice(0)) await workOff(decodeJob(body) ?? '', ports, () => minutes(1));
  };
  return { tenant, sent, queue, begin, workedOff };
}

/** Each writes a job of which no message is sent. */
const unheard: [why: string, other: { jobs?: ReplayJobs; publisher?: Publisher }][] = [
  ['died before its message was sent', { publisher: { publish: async () => Promise.reject(new Error('died here')) } }],
  [
    'did not hear that it was written',
    {
      jobs: {
        ...jobs,
        create: async (...given) => {
          await jobs.create(...given);
          throw new DependencyError('mongodb', 'MongoDB did not answer');
        },
      },
    },
  ],
];

describe('a replay of many that stands still goes on when the next one is asked for', () => {
  test.each(unheard)('whoever began it %s', async (why, other) => {
    const { sent, begin, queue, workedOff } = await asking(why.replaceAll(' ', '-'));
    await expect(begin(other)).rejects.toThrow();
    await expect(begin()).rejects.toMatchObject({ code: 'job-running', retryAfter: 10 });
    expect(queue.published).toEqual([]);
    desk.clock.advance(minutes(11));
    await expect(begin()).rejects.toMatchObject({ code: 'job-running' });
    expect(queue.published).toHaveLength(1);
    await workedOff();
    expect(await failure(sent)).toMatchObject({ state: 'replaying' });
    expect((await begin()).state).toBe('running');
  });

  test('by one message, however often it is asked for; one that goes on needs none', async () => {
    const { tenant, begin, queue } = await asking('often');
    await begin();
    queue.published.splice(0);
    desk.clock.advance(minutes(9));
    const job = await jobs.running(tenant);
    if (!job) throw new Error('no job of this tenant runs');
    await jobs.take(job, { ids: ['f'], cursor: 'c', at: new Date(desk.clock.now()) });
    desk.clock.advance(minutes(9));
    await expect(begin()).rejects.toMatchObject({ code: 'job-running' });
    expect(queue.published).toEqual([]);
    desk.clock.advance(minutes(2));
    await Promise.allSettled([begin(), begin(), begin()]);
    desk.clock.advance(minutes(9));
    await expect(begin()).rejects.toMatchObject({ code: 'job-running' });
    expect(queue.published).toHaveLength(1);
  });
});

test('one that the queue had taken unheard, and that replayed by then, is told as what it is', async () => {
  const { sent, begin } = await asking('quick');
  const publisher: Publisher = {
    publish: async ([publication]) => {
      await workOff(decodeJob(publication?.body ?? '') ?? '', ports, () => minutes(1));
      return ['unanswered'];
    },
  };
  expect(await begin({ publisher })).toMatchObject({ state: 'done' });
  expect(await failure(sent)).toMatchObject({ state: 'replaying' });
});
