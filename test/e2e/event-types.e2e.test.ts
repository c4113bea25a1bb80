import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { PATIENT, wholeStack } from '../support/e2e.ts';
import faultSeen from '../support/events/fault.seen.ts';
import jobMoved from '../support/events/job.moved.ts';
import jobRun from '../support/events/job.run.ts';
import noteKept from '../support/events/note.kept.ts';
import sampleTaken from '../support/events/sample.taken.ts';

const { client, settle, find, projection } = await wholeStack();
const dayOf = (event: object): string => ('recordedtime' in event ? String(event.recordedtime).slice(0, 10) : '');

test('an effect is in MongoDB, counted in Redis, and the result comes back', async () => {
  const data = { noteId: randomUUID() as string, title: `Note ${randomUUID()}` };
  const settled = await settle({ type: 'note.kept', data });
  const title = data.title.toLowerCase();
  expect(settled).toMatchObject({
    status: 'succeeded',
    data,
    attempts: [{ outcome: 'succeeded' }],
    result: { noteId: data.noteId, title },
  });
  // What its settings say: a secret from the shell, and a default.
  expect(await find('notes', { noteId: data.noteId })).toMatchObject([{ title, seal: 'wax', shelf: 'first' }]);
  await expect.poll(() => projection('notes-kept', 'counter', dayOf(settled))).toBeGreaterThanOrEqual(1);
});

test('an effect that reads another document shows in a counter and a sorted set', async () => {
  const machine = `m-${randomUUID()}`;
  const data = { jobId: randomUUID() as string, machine, pieces: 3 };
  const settled = await settle({ type: 'job.run', data });
  expect(settled).toMatchObject({ status: 'succeeded', result: { jobId: data.jobId, place: 'made', pieces: 3 } });
  expect(await find('jobs', { jobId: data.jobId })).toMatchObject([{ place: 'made', machine }]);
  const scores = () => projection('busiest-machines', 'sorted-set', 'all-time');
  await expect.poll(scores).toContainEqual({ member: machine, score: 3 });
  await expect.poll(() => projection('pieces-made', 'counter', dayOf(settled))).toBeGreaterThanOrEqual(3);
});

test('the events of one group happen in the order in which they were accepted', async () => {
  const jobId = randomUUID();
  await settle({ type: 'job.run', data: { ...jobRun.example, jobId } });
  const moves = (['checked', 'packed', 'sent', 'returned'] as const).map((place) => ({
    type: 'job.moved' as const,
    data: { jobId, place },
  }));
  const results = await client.sendMany(moves);
  expect(results.map((result) => ('status' in result ? result.status : result.problem))).toEqual(
    Array(4).fill('accepted'),
  );
  const last = await client.wait(results[3]?.id ?? '', { seconds: PATIENT });
  expect(last).toMatchObject({ status: 'succeeded', result: { from: 'sent', to: 'returned' } });
  const [job] = await find('jobs', { jobId });
  expect(job?.history.map(({ place }: { place: string }) => place)).toEqual([
    'made',
    'checked',
    'packed',
    'sent',
    'returned',
  ]);
  await expect.poll(() => projection('jobs-at', 'set', 'returned')).toContain(jobId);
});

test('an event that comes before what it needs waits for it', async () => {
  const jobId = randomUUID();
  const { id } = await client.send({ type: 'job.moved', data: { jobId, place: 'checked' } });
  await expect.poll(() => client.get(id)).toMatchObject({ status: 'retrying' });
  await client.send({ type: 'job.run', data: { ...jobRun.example, jobId } });
  const settled = await client.wait(id, { seconds: PATIENT });
  expect(settled).toMatchObject({ status: 'succeeded', result: { from: 'made', to: 'checked' } });
  expect(settled.attempts[0]).toMatchObject({ outcome: 'error', error: { code: 'job-unknown' } });
});

test('many at a time are one document in MongoDB, counted in a hash and estimated in a hyperloglog', async () => {
  const series = `series-${randomUUID()}`;
  const samples = Array.from({ length: 30 }, (_, index) => ({
    type: 'sample.taken' as const,
    data: { series, probe: `probe-${index % 3}-${series.slice(7, 15)}` },
  }));
  const results = await client.sendMany(samples);
  const settled = await Promise.all(results.map(({ id }) => client.wait(id, { seconds: PATIENT })));
  expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  const rollUps = await find('samples', { series });
  expect(rollUps.reduce((sum, { count }) => sum + count, 0)).toBe(30);
  const days = rollUps.map(({ day }) => String(day));
  await expect
    .poll(async () => {
      const hashes = await Promise.all(days.map((day) => projection('samples-of-series', 'hash', day)));
      return hashes.reduce((sum, hash) => sum + (hash[series] ?? 0), 0);
    })
    .toBe(30);
  await expect.poll(() => projection('probes', 'hyperloglog', days[0] ?? '')).toBeGreaterThanOrEqual(3);
});

test('of many at a time each has its own result', async () => {
  const name = `Fault ${randomUUID()}`;
  const results = await client.sendMany(
    Array.from({ length: 5 }, () => ({ type: 'fault.seen' as const, data: { ...faultSeen.example, name } })),
  );
  const settled = await Promise.all(results.map(({ id }) => client.wait(id, { seconds: PATIENT })));
  const group = name.toLowerCase();
  expect(settled.map(({ result }) => result)).toEqual(Array(5).fill({ group }));
  expect(await find('faults', { group })).toMatchObject([{ name, text: faultSeen.example.text, count: 5 }]);
  const { recordedtime = '' } = settled[0] ?? {};
  await expect
    .poll(() => projection('faults-by-hour', 'hash', recordedtime.slice(0, 10)))
    .toHaveProperty(recordedtime.slice(11, 13));
});

test('every example succeeds on a fresh stack', async () => {
  // Those of notes and jobs succeed once; no other test sends them, but for the command of the banner.
  for (const { type, example } of [jobRun, jobMoved, noteKept, sampleTaken, faultSeen]) {
    const settled = await settle({ type, data: example } as Parameters<typeof settle>[0]);
    expect(settled).toMatchObject({ type, status: 'succeeded' });
  }
});
