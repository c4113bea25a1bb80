import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { smoke } from '../../local/commands/smoke/smoke.ts';
import { PATIENT, wholeStack } from '../support/e2e.ts';
import jobRun from '../support/events/job.run.ts';
import noteKept from '../support/events/note.kept.ts';

const { caller, client, settle, find, insert, post, getJson } = await wholeStack();
const note = (change: object = {}) => ({
  type: 'note.kept' as const,
  id: randomUUID() as string,
  data: { ...noteKept.example, noteId: randomUUID() as string, title: `note ${randomUUID()}`, ...change },
});
const jobOn = (machine: string) => ({
  type: 'job.run' as const,
  id: randomUUID() as string,
  data: { ...jobRun.example, jobId: randomUUID() as string, machine },
});

describe('duplicates', () => {
  test('an event sent again has one effect, and says that it is a duplicate with the outcome it has', async () => {
    const event = note();
    await settle(event);
    expect(await client.send(event)).toMatchObject({ id: event.id, duplicate: true, status: 'succeeded' });
    const [again] = await client.sendMany([event]);
    expect(again).toMatchObject({ duplicate: true });
    expect(await find('notes', { noteId: event.data.noteId })).toHaveLength(1);
    expect(await client.get(event.id)).toMatchObject({ attempts: [{ outcome: 'succeeded' }] });
  });

  test('twenty clients that send one event at once make one effect', async () => {
    const event = note();
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.send(event)));
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    await client.wait(event.id, { seconds: PATIENT });
    expect(await find('notes', { noteId: event.data.noteId })).toHaveLength(1);
  });

  test('the same id with another payload is refused', async () => {
    const event = note();
    await client.send(event);
    await expect(client.send({ ...event, data: note().data })).rejects.toMatchObject({
      status: 422,
      code: 'id-reused',
    });
  });
});

describe('waiting', () => {
  test('Prefer: wait answers 200 with the settled event and says how long it would have waited', async () => {
    const response = await post(note(), { prefer: 'wait=60' });
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=25');
    expect(await response.json()).toMatchObject({ status: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
  });

  test('without it the answer is 202 with the place where the outcome will be', async () => {
    const event = note();
    const response = await post(event);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/events/${event.id}`);
    expect(await response.json()).toEqual({
      id: event.id,
      source: '/tenants/local',
      type: 'note.kept',
      status: 'accepted',
      duplicate: false,
      links: { self: `/events/${event.id}` },
    });
  });

  test('an id that no path can carry is found through the query', async () => {
    const event = { ...note(), id: `a/b?c#${randomUUID()} é` };
    await client.send(event);
    expect(await client.wait(event.id, { seconds: PATIENT })).toMatchObject({ id: event.id, status: 'succeeded' });
  });

  test('an event that nobody sent is 404', async () => {
    await expect(client.get(randomUUID())).rejects.toMatchObject({ status: 404, code: 'event-unknown' });
  });
});

describe('outcomes', () => {
  test('a title that is taken is rejected, and the first note stays', async () => {
    const first = note();
    await settle(first);
    const second = await settle(note({ title: first.data.title.toUpperCase() }));
    expect(second).toMatchObject({ status: 'rejected', rejection: { reason: 'title-taken' } });
    expect(await find('notes', { title: first.data.title })).toMatchObject([{ noteId: first.data.noteId }]);
  });

  test('a job for a machine that is full is rejected, with a reason of its own', async () => {
    const machine = `full-${randomUUID()}`;
    await insert('machines', { machine, state: 'full' });
    const settled = await settle(jobOn(machine));
    expect(settled).toMatchObject({ status: 'rejected', rejection: { reason: `machine-full:${machine}` } });
  });

  test('a broken machine makes a failure, with its cause and its event on the failure desk', async () => {
    const machine = `broken-${randomUUID()}`;
    await insert('machines', { machine, state: 'broken' });
    const event = jobOn(machine);
    const settled = await settle(event);
    expect(settled).toMatchObject({ status: 'failed', failure: { cause: 'permanent' } });
    const id = 'failure' in settled ? settled.failure?.id : undefined;
    expect(await getJson(`/failures/${id}`)).toMatchObject({
      id,
      cause: 'permanent',
      code: 'machine-broken',
      state: 'open',
      event: { id: event.id, type: 'job.run', data: event.data },
      attempts: [{ outcome: 'error', error: { code: 'machine-broken' } }],
    });
    const { items } = await getJson<{ items: { id: string }[] }>('/failures?type=job.run&cause=permanent&limit=200');
    expect(items.map((failure) => failure.id)).toContain(id);
    expect(await find('jobs', { jobId: event.data.jobId })).toEqual([]);
  });
});

describe('an array', () => {
  test('is answered item by item, and one bad event harms no other', async () => {
    const good = note();
    const bad = { ...note({ title: '' }), id: 'bad' };
    const response = await post([good, bad, { type: 'sample.lost', data: {} }, good]);
    expect(response.status).toBe(207);
    expect(await response.json()).toMatchObject({
      accepted: 1,
      duplicates: 1,
      refused: 2,
      results: [
        { index: 0, id: good.id, status: 'accepted', duplicate: false },
        { index: 1, id: 'bad', problem: { code: 'invalid-data', errors: [{ pointer: '#/data/title' }] } },
        { index: 2, problem: { code: 'unknown-type' } },
        { index: 3, id: good.id, duplicate: true },
      ],
    });
    expect(await client.wait(good.id, { seconds: PATIENT })).toMatchObject({ status: 'succeeded' });
  });
});

describe('the list', () => {
  test('holds each event once over its pages, newest first, and its next page is linked', async () => {
    const since = new Date().toISOString();
    const results = await client.sendMany(Array.from({ length: 7 }, () => note()));
    await Promise.all(results.map(({ id }) => client.wait(id, { seconds: PATIENT })));
    const sent = new Set(results.map(({ id }) => id));

    const listed: { id: string; recordedtime: string }[] = [];
    let path: string | undefined = `/events?type=note.kept&status=succeeded&since=${since}&limit=3`;
    while (path !== undefined) {
      const response: Response = await caller.fetch(path);
      const page = (await response.json()) as { items: typeof listed; next: string | null };
      expect(page.items.length).toBeLessThanOrEqual(3);
      listed.push(...page.items);
      path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      expect(path === undefined).toBe(page.next === null);
    }
    const ours = listed.filter(({ id }) => sent.has(id));
    expect(ours).toHaveLength(7);
    expect(listed.map(({ recordedtime }) => recordedtime)).toEqual(
      listed.map(({ recordedtime }) => recordedtime).toSorted((a, b) => (a < b ? 1 : -1)),
    );
  });
});

describe('npm run smoke', () => {
  test('by its address a stage is healthy, takes an event once, refuses a bad one, shows what fails and replays it', async () => {
    const machine = `smoke-${randomUUID().slice(0, 8)}`;
    await insert('machines', { machine, state: 'broken' });
    const broken = { type: 'job.run', data: jobOn(machine).data, mended: jobOn('press').data };
    const checks = await smoke({
      caller,
      type: 'note.kept',
      broken: async () => broken,
      seconds: PATIENT,
      now: () => performance.now(),
      pause,
    });
    expect(checks).toMatchObject([
      { what: 'it is healthy', state: 'passed' },
      { what: 'an event, waited for', state: 'passed' },
      { what: 'its copy', state: 'passed', said: expect.stringMatching(/^a duplicate, (succeeded|rejected)$/) },
      { what: 'a bad one', state: 'passed', said: expect.stringContaining('invalid-data') },
      { what: 'one that fails', state: 'passed', said: expect.stringContaining('job.run failed') },
      { what: 'its replay, mended', state: 'passed', said: 'succeeded, the failure is replayed' },
    ]);
  });
});
