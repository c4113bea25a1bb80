import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventKey } from '../../../lib/core/event-key.ts';
import { whyMissing } from '../../../verification/rolling/bundles.ts';
import { EARLIER } from '../../../verification/rolling/earlier.ts';
import type { Side } from '../../../verification/rolling/side.ts';
import { openRollingWorld, type RollingWorld } from '../../../verification/rolling/world.ts';
import { delivered } from '../../support/consumer-world.ts';
import type { Machine } from '../../support/events/job.run.ts';

const missing = await whyMissing(EARLIER);
if (missing !== undefined) console.warn(`Old and new code were not tried side by side: ${missing}.`);

/** EARLIER_COMMIT=required, as .ci/run sets it on a full clone. */
test('the commit that this code is tried with is here, or its absence is told', ({ skip }) => {
  if (process.env.EARLIER_COMMIT !== 'required') skip(missing !== undefined, missing);
  expect(missing).toBeUndefined();
});

const tenant = 'local';
const type = 'job.run';
const queue = 'job-run';
const machine = 'lathe';
const uuid = () => crypto.randomUUID();
const json = { 'content-type': 'application/json' };
const job = (jobId = uuid()) => ({ jobId, machine, pieces: 1 });
const note = () => ({ type: 'note.kept', id: uuid(), data: { noteId: uuid(), title: uuid() } });

describe.skipIf(missing !== undefined)('old and new code side by side', () => {
  let world: RollingWorld;
  beforeAll(async () => {
    world = await openRollingWorld();
  });
  afterAll(() => world?.close());

  const send = (side: Side, body: unknown, headers: Record<string, string> = {}) =>
    side.ask('ingest', { headers: { ...json, ...headers }, body: JSON.stringify(body) });
  const statusOf = async (side: Side, id: string) =>
    (await side.ask('query', { method: 'GET', path: `/events/${id}`, id })).body;
  const consume = (side: Side, from: string, of: string, count = 1) =>
    world.queues.deliver(from, count, (event) => side.handle('consume', event, of));
  const recordFailures = (side: Side, count: number) =>
    world.queues.deliver('dead-letters', count, (event) => side.handle('dead-letter', event));
  const keyOf = (id: string) => eventKey(tenant, `/tenants/${tenant}`, id);
  const failureOf = (id: string) => world.mongo.failures.findOne({ eventKey: keyOf(id) });
  const machineIs = (state: Machine['state']) =>
    world.mongo.db.collection('machines').updateOne({ tenant, machine }, { $set: { state } }, { upsert: true });
  /** Jobs that one side has failed, and the other has recorded. */
  async function failedJobs(by: Side, recordedBy: Side, count: number): Promise<string[]> {
    await machineIs('broken');
    const events = Array.from({ length: count }, () => ({ type, id: uuid(), data: job() }));
    expect(await send(by, events)).toMatchObject({ status: 202, body: { accepted: count } });
    expect(await consume(by, queue, type, count)).toEqual([]);
    expect(await recordFailures(recordedBy, count)).toEqual([]);
    await machineIs('good');
    return events.map(({ id }) => id);
  }

  test('what a refinement of older code alone refuses waits for the code that let it in (protocol: schema-again)', async () => {
    const { present, yesterday } = world;
    const event = { ...note(), data: { noteId: uuid(), title: `later ${uuid()}` } };
    expect(await send(yesterday, event)).toMatchObject({ status: 422, body: { code: 'invalid-data' } });
    expect(await send(present, event)).toMatchObject({ status: 202 });
    expect(await consume(yesterday, 'note-kept', event.type)).toHaveLength(1);
    expect(await statusOf(yesterday, event.id)).toMatchObject({ status: 'accepted', next: { why: 'newer-version' } });
    expect(await consume(present, 'note-kept', event.type)).toEqual([]);
    expect(await statusOf(yesterday, event.id)).toMatchObject({ status: 'succeeded', result: event.data });
  });

  describe.each([
    { one: 'old', other: 'new' },
    { one: 'new', other: 'old' },
  ])('$one code before $other code', ({ one }) => {
    const sides = (): [Side, Side] => {
      const { earlier, present } = world;
      return one === 'old' ? [earlier, present] : [present, earlier];
    };

    test('entry 31: an event of the one that is sent to the other is published twice, and has its effect once', async () => {
      const [first, second] = sides();
      const event = note();
      const waited = note();
      expect(await send(first, event)).toMatchObject({ status: 202, body: { duplicate: false } });
      // The claim is under the keys of the other layout.
      expect(await send(second, event)).toMatchObject({ status: 202, body: { duplicate: false } });
      for (const side of [first, second]) {
        expect(await send(side, event)).toMatchObject({ status: 202, body: { duplicate: true, status: 'accepted' } });
        expect(await send(side, { ...event, subject: 'other' })).toMatchObject({ body: { code: 'id-reused' } });
        expect(await statusOf(side, event.id)).toMatchObject({ status: 'accepted', type: event.type });
      }
      const waiting = send(first, waited, { prefer: 'wait=2' });
      expect(await consume(second, 'note-kept', event.type, 3)).toEqual([]);
      // It is woken by nobody, and is told at its end what is known there.
      expect(await waiting).toMatchObject({ status: 202, body: { id: waited.id, status: 'accepted' } });
      const settled = { status: 'succeeded', result: event.data };
      for (const side of [first, second]) expect(await statusOf(side, event.id)).toMatchObject(settled);
      expect(await send(second, event, { prefer: 'wait=5' })).toMatchObject({ status: 200, body: settled });
      expect(await world.mongo.db.collection('notes').countDocuments({ tenant, noteId: event.data.noteId })).toBe(1);
      expect(await world.mongo.events.countDocuments({ _id: keyOf(event.id) })).toBe(1);
    });

    test('events of the one are run in one transaction by the other', async () => {
      const [first, second] = sides();
      const sample = () => ({ type: 'sample.taken', id: uuid(), data: world.examples['sample.taken'] });
      const events = [sample(), sample()];
      expect(await send(first, events)).toMatchObject({ body: { accepted: 2 } });
      expect(await consume(second, 'sample-taken', 'sample.taken', 2)).toEqual([]);
      for (const { id } of events) expect(await statusOf(first, id)).toMatchObject({ status: 'succeeded' });
    });

    test('an event that the one has tried is run again by the other, and its attempt counts', async () => {
      const [first, second] = sides();
      const data = job();
      const id = uuid();
      const moved = { type: 'job.moved', id, data: { jobId: data.jobId, place: 'checked' } };
      expect(await send(first, moved)).toMatchObject({ status: 202 });
      const from = ['job-moved.fifo', moved.type] as const;
      expect(await consume(first, ...from)).toHaveLength(1);
      expect(await statusOf(second, id)).toMatchObject({ status: 'retrying', attempts: [{ outcome: 'error' }] });
      await world.mongo.db.collection('jobs').insertOne({ tenant, ...data, place: 'made', history: [] });
      expect(await consume(second, ...from)).toEqual([]);
      expect(await statusOf(first, id)).toMatchObject({
        status: 'succeeded',
        attempts: [{ outcome: 'error' }, { outcome: 'succeeded' }],
      });
    });

    test('a letter of the one is a failure by the other, whose replay either of them runs', async () => {
      const [first, second] = sides();
      const [id = ''] = await failedJobs(first, second, 1);
      const failure = await failureOf(id);
      expect(failure).toMatchObject({ cause: 'permanent', code: 'machine-broken', state: 'open' });
      for (const side of [first, second]) expect(await statusOf(side, id)).toMatchObject({ status: 'failed' });
      const sent = { path: `/failures/${failure?._id}/replay`, id: failure?._id ?? '', headers: json, body: '{}' };
      expect(await first.ask('replay', sent)).toMatchObject({ status: 202, body: { state: 'replaying' } });
      expect(await consume(second, queue, type)).toEqual([]);
      expect(await statusOf(first, id)).toMatchObject({ status: 'succeeded' });
      expect(await failureOf(id)).toMatchObject({ state: 'replayed' });
    });

    test('a replay of many that the old code began is worked off by the new; one of the new waits for it', async () => {
      const [first, second] = sides();
      const ids = await failedJobs(second, first, 2);
      const begun = await first.ask('replay', {
        path: '/replays',
        headers: json,
        body: JSON.stringify({ filter: { type } }),
      });
      expect(begun).toMatchObject({ status: 202, body: { state: 'running', matched: 2 } });
      const { id } = begun.body;
      const work = (event: object) => second.handle('bulk-replay', event);
      if (one === 'new') {
        // Its filter may say what old code would pass over, and so replay more than was asked for.
        const [body = ''] = await world.queues.deliver('replays', 1, work);
        const itself = await first.handle('bulk-replay', { Records: [delivered(body)] });
        expect(itself).toEqual({ batchItemFailures: [] });
      } else expect(await world.queues.deliver('replays', 1, work)).toEqual([]);
      const asked = { method: 'GET', path: `/replays/${id}`, id: String(id) };
      expect(await world.present.ask('replay', asked)).toMatchObject({ body: { state: 'done', done: 2 } });
      expect(await consume(first, queue, type, 2)).toEqual([]);
      for (const one of ids) expect(await statusOf(second, one)).toMatchObject({ status: 'succeeded' });
    });
  });
});
