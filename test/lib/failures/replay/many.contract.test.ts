import { beforeEach, describe, expect, test } from 'vitest';
import { mongoReplayJobs } from '../../../../lib/adapters/mongo/replay-jobs.ts';
import { DependencyError, NewerFormatError } from '../../../../lib/core/errors.ts';
import type { Message } from '../../../../lib/core/message.ts';
import { goOn } from '../../../../lib/failures/replay/go-on.ts';
import { beginJob, cancelJob, decodeJob, encodeJob } from '../../../../lib/failures/replay/jobs.ts';
import { workOff } from '../../../../lib/failures/replay/many.ts';
import type { ReplayFilter, ReplayJob } from '../../../../lib/ports/replay-jobs.ts';
import { rejected } from '../../../../lib/sdk/result.ts';
import { aChange, anEntry } from '../../../support/a-change.ts';
import { delivered, handledBy } from '../../../support/consumer-world.ts';
import { recordingQueue } from '../../../support/recording-queue.ts';
import { fails, replayWorld, succeeds } from '../../../support/replay-world.ts';

const world = await replayWorld();
const { consume, readLetters, message, failed, failure, published, desk, replays, replay } = world;
const jobs = mongoReplayJobs(world.mongo, { expireAfterDays: 45 });
const queue = recordingQueue();
const ports = { ...desk, jobs, refusalOf: async () => undefined, queue };
const minute = 60_000;
const tenantOf = (name: string) => `t-${name}-${world.run}`;
const forEver = () => minute;
const { by } = aChange;
/** The job as it is shown: what it did is counted from the failures. */
async function counted(id: string) {
  const job = await jobs.get(id);
  const [outcomes] = job ? await jobs.outcomes([job]) : [];
  const { state, passedOver, pending } = job ?? {};
  return { state, passedOver, pending, ...outcomes };
}
const none = { succeeded: 0, rejected: 0, expired: 0, failedAgain: 0, waiting: 0 };

/** So many failures of a tenant, the oldest first. */
async function failures(tenant: string, count: number): Promise<Message[]> {
  const sent: Message[] = [];
  for (let index = 0; index < count; index++) sent.push(await failed({ tenant, id: `e-${index}` }));
  return sent;
}
async function begin(tenant: string, { rate = 3, filter = {} }: Partial<Pick<ReplayJob, 'rate' | 'filter'>> = {}) {
  desk.clock.advance(Math.max(0, Date.now() + 1000 - desk.clock.now()));
  const job = await beginJob({ tenant, within: {}, filter, rate, ...aChange }, { ...ports, publisher: queue });
  expect(queue.published.splice(0)).toMatchObject([{ group: tenant }]);
  return job;
}
/** The list of a tenant's jobs, a page after another. */
async function pagesOf(tenant: string, limit: number): Promise<ReplayJob[][]> {
  const pages: ReplayJob[][] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await jobs.list({ tenants: [tenant] }, { limit, ...(cursor && { cursor }) });
    pages.push(items);
    if (next === null) return pages;
    cursor = next;
  }
}
const states = async (sent: readonly Message[]) => Promise.all(sent.map(async (one) => (await failure(one))?.state));

// What one test published is no other's.
beforeEach(() => void published());

const told = (subject: string) => world.mongo.db.collection('audit').find({ subject }).sort({ action: -1 }).toArray();

describe('the audit of a replay of many', () => {
  test('has one entry for its beginning and one for its end, and none for each failure', async () => {
    const tenant = tenantOf('audited');
    const sent = await failures(tenant, 2);
    const { _id } = await begin(tenant, { filter: { type: message().type } });
    await workOff(_id, ports, forEver);
    await cancelJob(_id, { reach: { tenants: [tenant] }, ...aChange }, ports);
    const of = { tenant, ...aChange, type: message().type };
    expect(await told(_id)).toMatchObject([{ ...of, action: 'replay.started' }]);
    for (const one of sent) expect(await told(world.idOf(one))).toEqual([]);

    const other = await begin(tenant);
    for (let times = 0; times < 2; times++)
      expect(await cancelJob(other._id, { reach: { tenants: [tenant] }, ...aChange }, ports)).toMatchObject({
        state: 'cancelled',
      });
    expect(await told(other._id)).toMatchObject([{ action: 'replay.started' }, { action: 'replay.cancelled' }]);
  });

  test('says why one was cancelled that SQS did not take, and nothing of one that did not begin', async () => {
    const tenant = tenantOf('not-begun');
    const silent = { publish: async () => ['unanswered' as const] };
    await expect(
      beginJob({ tenant, within: {}, filter: {}, rate: 1, ...aChange }, { ...ports, publisher: silent }),
    ).rejects.toMatchObject({ code: 'queue-unavailable' });
    const entries = await world.mongo.db.collection('audit').find({ tenant }).sort({ action: -1 }).toArray();
    expect(entries).toMatchObject([
      { action: 'replay.started' },
      { action: 'replay.cancelled', reason: expect.stringContaining('queue') },
    ]);
    await begin(tenant);
    await expect(
      beginJob(
        { tenant, within: {}, filter: {}, rate: 1, ...aChange },
        { ...ports, jobs: { ...jobs, running: async () => null } },
      ),
    ).rejects.toMatchObject({ code: 'job-running' });
    expect(await world.mongo.db.collection('audit').countDocuments({ tenant })).toBe(3);
  });
});

describe('a replay of many', () => {
  test('replays every open failure of its tenant once, the oldest first, at its rate', async () => {
    const tenant = tenantOf('many');
    const sent = await failures(tenant, 7);
    const other = await failed();
    const { _id } = await begin(tenant);
    expect(await jobs.get(_id, { tenants: [tenant] })).toMatchObject({
      state: 'running',
      kind: 'replay',
      matched: 7,
      by,
    });
    const began = desk.clock.now();
    expect(await workOff(_id, ports, forEver)).toBe('done');
    expect(desk.clock.now() - began).toBeGreaterThanOrEqual(2000);
    expect(published().map(({ id, replay: number }) => [id, number])).toEqual(sent.map(({ id }) => [id, 1]));
    expect(await counted(_id)).toEqual({ state: 'done', passedOver: 0, pending: [], ...none, waiting: 7 });
    expect((await jobs.get(_id))?.expireAt).toEqual(expect.any(Date));
    expect(await failure(other)).toMatchObject({ state: 'open' });
    expect(await workOff(_id, ports, forEver)).toBe('done');
    expect(published()).toEqual([]);
  });

  test('takes what its filter says, and nothing that was recorded after it began', async () => {
    const tenant = tenantOf('filter');
    const [first, second] = await failures(tenant, 2);
    if (!first || !second) throw new Error('two have failed');
    await world.mongo.failures.updateOne({ _id: world.idOf(second) }, { $set: { group: 'another' } });
    const job = await begin(tenant, { filter: { group: 'another', cause: 'permanent', type: 'test.happened' } });
    expect(job.matched).toBe(1);
    const late = await failed({ tenant });
    await world.mongo.failures.updateOne(
      { _id: world.idOf(late) },
      { $set: { group: 'another', recordedtime: new Date(desk.clock.now() + 1).toISOString() } },
    );
    await workOff(job._id, ports, forEver);
    expect(published().map(({ id }) => id)).toEqual([second.id]);
    expect(await states([first, second, late])).toEqual(['open', 'replaying', 'open']);
  });

  test('passes over what may not be replayed, and goes on', async () => {
    const tenant = tenantOf('over');
    const [first, second, third] = await failures(tenant, 3);
    if (!first || !second || !third) throw new Error('three have failed');
    await world.mongo.events.updateOne({ _id: world.keyOf(first) }, { $set: { data: '{"name":7}' } });
    const reused = { ...second, fingerprint: 'B'.repeat(43) };
    await consume(succeeds, [delivered(reused)]);
    await readLetters();
    const { _id, matched } = await begin(tenant);
    expect(matched).toBe(4);
    await workOff(_id, ports, forEver);
    expect(await counted(_id)).toMatchObject({ state: 'done', waiting: 2, passedOver: 2 });
    expect(await states([first, second, third, reused])).toEqual(['open', 'replaying', 'replaying', 'open']);
    published();
  });

  test('ends when it is cancelled; what is replayed goes on', async () => {
    const tenant = tenantOf('cancel');
    const sent = await failures(tenant, 3);
    const { _id } = await begin(tenant, { rate: 1 });
    const cancels = {
      ...desk.clock,
      sleep: async () => {
        await jobs.cancel(_id, { tenants: [tenant] }, () => anEntry);
      },
    };
    expect(await workOff(_id, { ...ports, clock: cancels }, forEver)).toBe('done');
    expect(await counted(_id)).toMatchObject({ state: 'cancelled', waiting: 1, pending: [] });
    expect(await states(sent)).toEqual(['replaying', 'open', 'open']);
    expect(await jobs.cancel(_id, { tenants: ['another'] }, () => anEntry)).toBeNull();
    expect(await jobs.cancel(_id, { tenants: [tenant] }, () => anEntry)).toMatchObject({ state: 'cancelled' });
    published();
  });

  test('is cancelled when the key that began it opens nothing any more, and says so', async () => {
    const tenant = tenantOf('key-ended');
    const sent = await failures(tenant, 3);
    const { _id } = await begin(tenant, { rate: 1 });
    const asked: string[] = [];
    const refusalOf = async (key: string) => (asked.push(key) > 1 ? 'revoked' : undefined);
    expect(await workOff(_id, { ...ports, refusalOf }, forEver)).toBe('done');
    expect(asked).toEqual([by.key, by.key]);
    expect(await counted(_id)).toMatchObject({ state: 'cancelled', waiting: 1, pending: [] });
    expect(await states(sent)).toEqual(['replaying', 'open', 'open']);
    expect(await told(_id)).toMatchObject([
      { action: 'replay.started' },
      { action: 'replay.cancelled', by, reason: 'the key that began it opens nothing any more: revoked' },
    ]);
    published();
  });

  test('waits while nobody can say whether its key still opens, and asks for none where none was needed', async () => {
    const tenant = tenantOf('key-silent');
    const [sent] = await failures(tenant, 1);
    const { _id } = await begin(tenant);
    const silent = async () => Promise.reject(new DependencyError('mongodb', 'silent'));
    expect(await goOn([delivered(encodeJob(_id))], { ...ports, refusalOf: silent }, forEver)).toMatchObject({
      batchItemFailures: [{}],
    });
    expect(queue.visibility.splice(0)).toMatchObject([{ seconds: 60 }]);
    expect(sent && (await states([sent]))).toEqual(['open']);
    expect(await counted(_id)).toMatchObject({ state: 'running' });
    for (const none of [{ key: 'none', name: 'none' }, undefined]) {
      const get = async (id: string) => {
        const job = await jobs.get(id);
        if (!job) return null;
        const { by: _, ...others } = job;
        return { ...others, ...(none && { by: none }) };
      };
      expect(await workOff(_id, { ...ports, jobs: { ...jobs, get }, refusalOf: silent }, forEver)).toBe('done');
    }
    expect(sent && (await states([sent]))).toEqual(['replaying']);
    published();
  });

  test('that is cancelled does not ask again for what SQS did not confirm: a person may', async () => {
    const tenant = tenantOf('dropped');
    const [first] = await failures(tenant, 2);
    if (!first) throw new Error('two have failed');
    const { _id } = await begin(tenant);
    replays.answers.push('refused');
    expect(await workOff(_id, ports, forEver)).toBe('later');
    await jobs.cancel(_id, { tenants: [tenant] }, () => anEntry);
    desk.clock.advance(minute);
    expect(await workOff(_id, ports, forEver)).toBe('done');
    expect(published()).toEqual([]);
    await replay(first);
    expect(published()).toMatchObject([{ id: first.id, replay: 1 }]);
  });

  test('waits for newer code that wrote its job, in whatever state that is', async () => {
    const tenant = tenantOf('newer');
    const { _id } = await begin(tenant);
    const get = async (id: string) => ({ ...(await jobs.get(id)), state: 'paused', format: 3 }) as never;
    await expect(workOff(_id, { ...ports, jobs: { ...jobs, get } }, forEver)).rejects.toThrow(NewerFormatError);
  });

  test('goes on where it was when its time is up', async () => {
    const tenant = tenantOf('time');
    const sent = await failures(tenant, 4);
    const { _id } = await begin(tenant, { rate: 2 });
    let left = 13_000;
    const short = () => (left -= 400);
    expect(await workOff(_id, ports, short)).toBe('more');
    expect(await jobs.get(_id)).toMatchObject({ state: 'running' });
    expect(await workOff(_id, ports, forEver)).toBe('done');
    expect(published().map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
    expect(await counted(_id)).toMatchObject({ state: 'done', waiting: 4 });
  });

  test('that dies between writing and publishing a replay publishes it when it goes on (protocol: job-before-replay, replay-moves-the-record)', async () => {
    const tenant = tenantOf('dies');
    const sent = await failures(tenant, 2);
    const { _id } = await begin(tenant);
    const publisher = { publish: () => Promise.reject(new Error('killed')) };
    await expect(workOff(_id, { ...ports, publisher }, forEver)).rejects.toThrow('killed');
    expect(await states(sent)).toEqual(['replaying', 'open']);
    // The first one is not known to be unseen before a minute has passed.
    expect(await workOff(_id, ports, forEver)).toBe('later');
    expect(published().map(({ id }) => id)).toEqual([sent[1]?.id]);
    desk.clock.advance(minute);
    expect(await workOff(_id, ports, forEver)).toBe('done');
    expect(published().map(({ id, replay: number }) => [id, number])).toEqual([[sent[0]?.id, 1]]);
    expect(await counted(_id)).toMatchObject({ state: 'done', waiting: 2 });
  });

  test('waits a minute when SQS does not confirm, and publishes the same then', async () => {
    const tenant = tenantOf('sqs');
    const sent = await failures(tenant, 2);
    const { _id } = await begin(tenant);
    replays.answers.push('refused');
    expect(await workOff(_id, ports, forEver)).toBe('later');
    expect(published()).toEqual([]);
    desk.clock.advance(minute);
    expect(await workOff(_id, ports, forEver)).toBe('done');
    expect(published().map(({ replay: number }) => number)).toEqual([1, 1]);
    expect(await states(sent)).toEqual(['replaying', 'replaying']);
  });

  test('run by two functions at once publishes each failure once', async () => {
    const tenant = tenantOf('twice');
    const sent = await failures(tenant, 6);
    const { _id } = await begin(tenant, { rate: 2 });
    const ends = await Promise.all([workOff(_id, ports, forEver), workOff(_id, ports, forEver)]);
    desk.clock.advance(minute);
    if (ends.includes('later')) await workOff(_id, ports, forEver);
    for (const one of sent) expect(await failure(one)).toMatchObject({ state: 'replaying', replay: 1 });
    const ids = published().map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(sent.map(({ id }) => id)));
  });

  test('meets a person who replays: what they have replayed is passed over at once', async () => {
    const tenant = tenantOf('person');
    const [first] = await failures(tenant, 1);
    if (!first) throw new Error('one has failed');
    const { _id } = await begin(tenant);
    const next: typeof jobs.next = async (...args) => {
      const found = await jobs.next(...args);
      if (found) await replay(first);
      return found;
    };
    expect(await workOff(_id, { ...ports, jobs: { ...jobs, next } }, forEver)).toBe('done');
    expect(published()).toHaveLength(1);
    expect(await counted(_id)).toMatchObject({ state: 'done', ...none, passedOver: 1 });
  });

  test('replays what has failed again too', async () => {
    const tenant = tenantOf('again');
    const sent = await failed({ tenant });
    await replay(sent);
    await world.runReplays(fails);
    await readLetters();
    const { _id } = await begin(tenant);
    await workOff(_id, ports, forEver);
    expect(published()).toMatchObject([{ id: sent.id, replay: 2 }]);
  });
});

describe('entry 18: what a replay of many says of itself', () => {
  test('`done` is exact where it is cancelled in the middle of a page: that page counts', async () => {
    const tenant = tenantOf('middle');
    const sent = await failures(tenant, 4);
    const { _id } = await begin(tenant);
    const publisher: typeof replays = {
      ...replays,
      publish: async (...args) => {
        await jobs.cancel(_id, { tenants: [tenant] }, () => anEntry);
        return replays.publish(...args);
      },
    };
    expect(await workOff(_id, { ...ports, publisher }, forEver)).toBe('done');
    expect(await counted(_id)).toEqual({ state: 'cancelled', passedOver: 0, pending: [], ...none, waiting: 3 });
    expect(await states(sent)).toEqual(['replaying', 'replaying', 'replaying', 'open']);
    published();
  });

  test('what became of what it replayed, by the failures themselves, also once a person goes on with them', async () => {
    const tenant = tenantOf('outcomes');
    const sent = await failures(tenant, 5);
    const { _id } = await begin(tenant, { rate: 5 });
    await workOff(_id, ports, forEver);
    const [good, no, late, bad] = published();
    if (!good || !no || !late || !bad || !sent[3]) throw new Error('five are replayed');
    await consume(succeeds, [delivered(good)]);
    await consume(
      handledBy(async () => rejected('no')),
      [delivered(no)],
    );
    await consume(succeeds, [delivered({ ...late, extensions: { expirytime: '2020-01-01T00:00:00Z' } })]);
    await consume(fails, [delivered(bad)]);
    await readLetters();
    const ends = { ...none, succeeded: 1, rejected: 1, expired: 1, failedAgain: 1, waiting: 1 };
    expect(await counted(_id)).toMatchObject(ends);
    await replay(sent[3]);
    expect(await counted(_id)).toMatchObject(ends);
    await world.runReplays(succeeds);
    expect(await counted(_id)).toMatchObject(ends);
  });

  test('what SQS has not confirmed is not done, until a run shows that it was held', async () => {
    const tenant = tenantOf('unconfirmed');
    const [first] = await failures(tenant, 1);
    if (!first) throw new Error('one has failed');
    const { _id } = await begin(tenant);
    replays.answers.push('unanswered');
    expect(await workOff(_id, ports, forEver)).toBe('later');
    await jobs.cancel(_id, { tenants: [tenant] }, () => anEntry);
    expect(await counted(_id)).toMatchObject({ state: 'cancelled', ...none });
    await consume(succeeds, [delivered({ ...first, replay: 1 })]);
    expect(await counted(_id)).toMatchObject({ ...none, succeeded: 1 });
    published();
  });

  test('a failure that has failed again while the job was interrupted is not replayed twice by it', async () => {
    const tenant = tenantOf('once');
    await failures(tenant, 1);
    const { _id } = await begin(tenant);
    const tell = () => Promise.reject(new DependencyError('mongodb', 'no primary'));
    await expect(workOff(_id, { ...ports, jobs: { ...jobs, tell } }, forEver)).rejects.toThrow('no primary');
    await world.runReplays(fails);
    await readLetters();
    expect(await workOff(_id, ports, forEver)).toBe('done');
    expect(published()).toEqual([]);
    expect(await counted(_id)).toMatchObject({ state: 'done', passedOver: 0, ...none, failedAgain: 1 });
  });

  test('entry 14: one runs at a time of a tenant, however many are begun at once; the refusal has its link', async () => {
    const tenant = tenantOf('alone');
    await failures(tenant, 1);
    const begun = await Promise.allSettled(Array.from({ length: 5 }, () => begin(tenant)));
    const running = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(running).toHaveLength(1);
    const [{ _id } = { _id: '' }] = running;
    const refusal = { code: 'job-running', retryable: true, problem: { job: { links: { self: `/replays/${_id}` } } } };
    await expect(begin(tenant)).rejects.toMatchObject(refusal);
    await expect(begin(tenantOf('another'))).resolves.toMatchObject({ state: 'running' });
    // Both have looked and found none.
    const blind = { ...jobs, running: async () => null };
    await expect(
      beginJob({ tenant, within: {}, filter: {}, rate: 1, ...aChange }, { ...ports, jobs: blind }),
    ).rejects.toMatchObject({
      code: 'job-running',
    });
    await jobs.cancel(_id, { tenants: [tenant] }, () => anEntry);
    await expect(begin(tenant)).resolves.toMatchObject({ state: 'running' });
  });

  test('entry 14: its rate is the tenant’s: one begun behind a cancelled one waits for the second of that', async () => {
    const tenant = tenantOf('rate');
    await failures(tenant, 2);
    const first = await begin(tenant, { rate: 1 });
    const cancelling = {
      ...desk.clock,
      sleep: async () => void (await jobs.cancel(first._id, { tenants: [tenant] }, () => anEntry)),
    };
    await workOff(first._id, { ...ports, clock: cancelling }, forEver);
    const second = await beginJob(
      { tenant, within: {}, filter: {}, rate: 1, ...aChange },
      { ...ports, publisher: queue },
    );
    const began = desk.clock.now();
    await workOff(second._id, ports, forEver);
    expect(desk.clock.now() - began).toBe(1000);
    published();
    queue.published.splice(0);
  });

  test('takes what is named by id, code, source or state, and nothing else', async () => {
    const tenant = tenantOf('named');
    const sent = await failures(tenant, 3);
    const [first, second, third] = sent.map(world.idOf);
    if (!first || !second || !third) throw new Error('three have failed');
    await world.mongo.failures.updateOne({ _id: second }, { $set: { code: 'other', source: '/elsewhere' } });
    await world.mongo.failures.updateOne({ _id: third }, { $set: { state: 'discarded' } });
    const found = async (filter: ReplayFilter) =>
      (await jobs.sample({ tenants: [tenant] }, filter, 9)).map(({ id }) => id);
    expect(await found({})).toEqual([first, second]);
    expect(await found({ ids: [second, third] })).toEqual([second]);
    expect(await found({ code: 'no-good' })).toEqual([first]);
    expect(await found({ source: '/elsewhere' })).toEqual([second]);
    expect(await found({ source: sent[0]?.source ?? '' })).toEqual([first]);
    expect(await found({ status: ['discarded', 'open'] })).toEqual([first, second, third]);
    expect(await jobs.count({ tenants: [tenant] }, { status: ['discarded'] })).toBe(1);
  });

  test('all of a tenant are listed, newest first, a page at a time', async () => {
    const tenant = tenantOf('list');
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const { _id } = await begin(tenant);
      desk.clock.advance(1000);
      ids.unshift(_id);
      await jobs.cancel(_id, { tenants: [tenant] }, () => anEntry);
    }
    expect((await pagesOf(tenant, 2)).flat().map(({ _id }) => _id)).toEqual(ids);
    const others = Buffer.from(`2026-01-01T00:00:00.000Z ${'k'.repeat(43)}`).toString('base64url');
    await expect(jobs.list({ tenants: [tenant] }, { limit: 2, cursor: others })).rejects.toMatchObject({
      code: 'invalid-cursor',
    });
  });

  test('a page of jobs that name many failures ends early, and goes on where it ended', async () => {
    const tenant = tenantOf('large');
    const filter = { ids: Array.from({ length: 1000 }, (_, index) => `${index}`.padStart(512, 'i')) };
    const ids: string[] = [];
    for (let index = 0; index < 13; index++) {
      const { _id } = await begin(tenant, { filter });
      desk.clock.advance(1000);
      ids.unshift(_id);
      await jobs.cancel(_id, { tenants: [tenant] }, () => anEntry);
    }
    const pages = await pagesOf(tenant, 50);
    for (const page of pages) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(2_600_000);
    expect(pages.flat().map(({ _id }) => _id)).toEqual(ids);
  });
});

describe('the queue of replays', () => {
  test('a job that is at its end leaves it, one that is not comes back at once or in a minute', async () => {
    const tenant = tenantOf('queue');
    await failures(tenant, 1);
    const { _id } = await begin(tenant);
    replays.answers.push('unanswered');
    const record = delivered(encodeJob(_id));
    expect(await goOn([record], ports, forEver)).toEqual({ batchItemFailures: [{ itemIdentifier: record.messageId }] });
    expect(await goOn([record], ports, () => 1)).toMatchObject({ batchItemFailures: [{}] });
    expect(queue.visibility.splice(0).map(({ seconds }) => seconds)).toEqual([60, 0]);
    desk.clock.advance(minute);
    expect(await goOn([record], ports, forEver)).toEqual({ batchItemFailures: [] });
    published();
  });

  test('in an outage of MongoDB the job comes back', async () => {
    const get = () => Promise.reject(new DependencyError('mongodb', 'no primary'));
    const record = delivered(encodeJob('0198f6b1-0000-7000-8000-000000000000'));
    expect(await goOn([record], { ...ports, jobs: { ...jobs, get } }, forEver)).toMatchObject({
      batchItemFailures: [{}],
    });
    expect(queue.visibility.splice(0)).toMatchObject([{ seconds: 60 }]);
  });

  test('a message that is none of ours, or of a job that is gone, leaves it', async () => {
    const records = [delivered(message()), delivered(encodeJob('0198f6b1-0000-7000-8000-000000000000'))];
    expect(await goOn(records, ports, forEver)).toEqual({ batchItemFailures: [] });
  });

  test('a job that SQS does not take is not begun', async () => {
    const tenant = tenantOf('unsent');
    const sent = await failed({ tenant });
    queue.answers.push('unanswered');
    await expect(
      beginJob({ tenant, within: {}, filter: {}, rate: 1, ...aChange }, { ...ports, publisher: queue }),
    ).rejects.toMatchObject({
      code: 'queue-unavailable',
      retryAfter: 5,
    });
    const [taken] = queue.published.splice(0);
    expect(await workOff(decodeJob(taken?.body ?? '') ?? '', ports, forEver)).toBe('done');
    expect(await failure(sent)).toMatchObject({ state: 'open' });
  });
});

describe('the bounds of the key that begins it', () => {
  test('what is outside is neither counted, shown nor replayed, and others see and end only what they could have begun', async () => {
    const tenant = tenantOf('bound');
    const sent = await failures(tenant, 2);
    const [first, second] = sent;
    if (!first || !second) throw new Error('two have failed');
    await world.mongo.failures.updateOne({ _id: world.idOf(second) }, { $set: { source: '/elsewhere' } });
    const within = { types: [first.type], sources: [first.source] };
    const bound = { tenants: [tenant], ...within };
    expect(await jobs.count(bound, {})).toBe(1);
    expect((await jobs.sample(bound, {}, 9)).map(({ id }) => id)).toEqual([world.idOf(first)]);
    desk.clock.advance(Math.max(0, Date.now() + 1000 - desk.clock.now()));
    const job = await beginJob({ tenant, within, filter: {}, rate: 9, ...aChange }, { ...ports, publisher: queue });
    expect(job).toMatchObject({ matched: 1, within });

    const stranger = { types: ['other.type'] };
    for (const outside of [stranger, { sources: ['/elsewhere'] }, { ...within, types: ['other.type'] }]) {
      const reach = { tenants: [tenant], ...outside };
      expect(await jobs.get(job._id, reach)).toBeNull();
      expect(await cancelJob(job._id, { reach, ...aChange }, ports)).toBeNull();
      expect((await jobs.list(reach, { limit: 9 })).items).toEqual([]);
    }
    expect(await told(job._id)).toMatchObject([{ action: 'replay.started' }]);
    const refusal = (bounds: object) =>
      beginJob({ tenant, within: bounds, filter: {}, rate: 1, ...aChange }, { ...ports, publisher: queue }).catch(
        ({ problem }: { problem: object }) => problem,
      );
    expect(await refusal(within)).toMatchObject({ code: 'job-running', job: { id: job._id } });
    expect(await refusal(stranger)).not.toHaveProperty('job');
    for (const inside of [{}, within, { types: [first.type, 'other.type'] }]) {
      const reach = { tenants: [tenant], ...inside };
      expect(await jobs.get(job._id, reach)).toMatchObject({ state: 'running' });
      expect((await jobs.list(reach, { limit: 9 })).items).toHaveLength(1);
    }
    await workOff(job._id, ports, forEver);
    expect(await states(sent)).toEqual(['replaying', 'open']);
    expect(await counted(job._id)).toMatchObject({ state: 'done', passedOver: 0 });
    published();
    queue.published.splice(0);
  });

  test('a job that is bound to nothing is not for a key that is bound to something', async () => {
    const tenant = tenantOf('unbound');
    const job = await begin(tenant);
    expect(await jobs.get(job._id, { tenants: [tenant], types: ['a.b'] })).toBeNull();
    expect(await jobs.cancel(job._id, { tenants: [tenant] }, () => anEntry)).toMatchObject({ state: 'cancelled' });
  });
});
