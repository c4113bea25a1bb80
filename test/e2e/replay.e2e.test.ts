import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PATIENT, wholeStack } from '../support/e2e.ts';
import jobRun from '../support/events/job.run.ts';
import { eventually } from '../support/eventually.ts';

const { caller, client, settle, find, insert, update, getJson } = await wholeStack();

interface Failure {
  id: string;
  state: string;
  group: string;
  attempts: unknown[];
  replacement?: { id: string };
}

const desk = (path: string, body?: unknown) => caller.post(`/failures/${path}`, body);

/** A job for a machine that is broken. */
async function failedJob() {
  const since = new Date().toISOString();
  // With a digit, which is left out of a failure's group: these look alike, and like no other test's.
  const machine = `stuck-0${randomUUID().slice(0, 8)}`;
  await insert('machines', { machine, state: 'broken' });
  const data = { ...jobRun.example, jobId: randomUUID() as string, machine };
  const event = { type: 'job.run' as const, id: randomUUID() as string, data };
  const settled = await settle(event);
  expect(settled).toMatchObject({ status: 'failed', failure: { cause: 'permanent' } });
  const failure = 'failure' in settled ? (settled.failure?.id ?? '') : '';
  return { since, event, failure, mend: () => update('machines', { machine }, { state: 'good' }) };
}

describe('the failure desk', () => {
  test('a failed job is replayed when its machine is mended: it succeeds, once, and its failure is `replayed`', async () => {
    const { event, failure, mend } = await failedJob();
    expect(await client.send(event)).toMatchObject({ duplicate: true, status: 'failed' });
    await mend();
    const answer = await desk(`${failure}/replay`);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/events/${event.id}`);
    expect(await answer.json()).toMatchObject({ id: failure, state: 'replaying', replays: 1 });
    expect(await client.wait(event.id, { seconds: PATIENT })).toMatchObject({
      status: 'succeeded',
      attempts: [{ outcome: 'succeeded' }],
    });
    expect(await getJson(`/failures/${failure}`)).toMatchObject({
      state: 'replayed',
      attempts: [{ outcome: 'error' }],
    });
    expect(await find('jobs', { jobId: event.data.jobId })).toHaveLength(1);
    expect(await client.send(event)).toMatchObject({ duplicate: true, status: 'succeeded' });
    const again = await desk(`${failure}/replay`);
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'failure-replayed' }]);
  });

  test('an edited replay is a new event, accepted at once, that leads back to its failure', async () => {
    const { event, failure } = await failedJob();
    const answer = await desk(`${failure}/replay`, { data: { ...event.data, machine: 'another' } });
    expect(answer.status).toBe(202);
    const { replacement, state } = (await answer.json()) as Failure;
    expect(state).toBe('replayed');
    const id = replacement?.id ?? '';
    expect(await client.wait(id, { seconds: PATIENT })).toMatchObject({ status: 'succeeded', replayof: failure });
    expect(await client.get(event.id)).toMatchObject({ status: 'failed' });
  });

  test('failures that look alike are one group, and one of them is discarded', async () => {
    const [first, second] = await Promise.all([failedJob(), failedJob()]);
    const { group } = await getJson<Failure>(`/failures/${first.failure}`);
    const { items } = await getJson<{ items: { group: string; counts: { open: number } }[] }>(
      '/failures/groups?type=job.run&cause=permanent',
    );
    expect(items.find((one) => one.group === group)?.counts.open).toBeGreaterThanOrEqual(2);
    expect((await desk(`${second.failure}/discard`, { reason: 'a test' })).status).toBe(200);
    expect(await getJson(`/failures/${second.failure}`)).toMatchObject({
      state: 'discarded',
      discarded: { reason: 'a test' },
    });
  });

  test('a replay of many works off what its filter says, and tells how far it is', async () => {
    const jobs = [await failedJob(), await failedJob()];
    for (const { mend } of jobs) await mend();
    const { group } = await getJson<Failure>(`/failures/${jobs[0]?.failure}`);
    // Other tests have failures of this group at the same time.
    const filter = { type: 'job.run', group, since: jobs[0]?.since, ids: jobs.map(({ failure }) => failure) };
    const begin = (body: object) => caller.post('/replays', { filter, rate: 50, ...body });
    expect(await (await begin({ dryRun: true })).json()).toMatchObject({ matched: 2, samples: [{}, {}] });
    const begun = await begin({});
    expect(begun.status).toBe(202);
    const progress = begun.headers.get('location') ?? '';
    await eventually(
      async () => expect(await getJson(progress)).toMatchObject({ state: 'done', matched: 2, done: 2, passedOver: 0 }),
      100,
    );
    for (const { event } of jobs) {
      expect(await client.wait(event.id, { seconds: PATIENT })).toMatchObject({ status: 'succeeded' });
    }
    expect(await (await caller.fetch(progress, { method: 'DELETE' })).json()).toMatchObject({ state: 'done' });
  });
});
