import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../lib/core/access/identity-context.ts';
import { ingestWorld } from '../../support/ingest-world.ts';

const event = { type: 'parcel.sent', id: 'e', data: { parcel: 'p' }, extra: 'x' };
const wait = (seconds: number | string) => ({ prefer: `wait=${seconds}` });

describe('Prefer: wait on POST', () => {
  it('answers 200 with the settled event and the data sent, when it settles in time', async () => {
    const world = ingestWorld();
    world.results.meanwhile = () => world.settle({ id: 'e' });
    const answer = await world.post(event, wait(5));
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'preference-applied': 'wait=5' });
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(answer.body).toEqual({
      id: 'e',
      source: '/tenants/local',
      type: 'parcel.sent',
      time: '2026-11-23T12:00:00.000Z',
      recordedtime: '2026-11-23T12:00:00.000Z',
      extra: 'x',
      status: 'succeeded',
      attempts: [{ at: '2026-11-23T12:00:00.000Z', outcome: 'succeeded' }],
      data: { parcel: 'p' },
      result: { done: true },
      links: { self: '/events/e' },
    });
    expect(world.results.slots).toBe(100);
  });

  it('answers 202 with Retry-After when the time is over', async () => {
    const world = ingestWorld();
    const answer = await world.post(event, wait(5));
    expect(answer).toMatchObject({
      status: 202,
      headers: { 'retry-after': '1', location: '/events/e' },
      body: { status: 'accepted' },
    });
    expect(answer.headers).not.toHaveProperty('preference-applied');
    expect(world.results.slots).toBe(100);
  });

  it('answers a settled duplicate at once, and waits for one that is not', async () => {
    const world = ingestWorld();
    await world.post(event);
    world.results.meanwhile = () => world.settle({ id: 'e' });
    expect(await world.post(event, wait(5))).toMatchObject({
      status: 200,
      body: { status: 'succeeded', data: event.data },
    });
    world.results.waits.length = 0;
    expect(await world.post(event, wait(5))).toMatchObject({ status: 200 });
    expect(world.results.waits).toEqual([]);
  });

  it('answers 202 with the outcome and without Retry-After where only the outcome is left (protocol: outcome-then-event)', async () => {
    const world = ingestWorld();
    await world.post(event);
    world.settle({ id: 'e' }, { withEvent: false });
    const answer = await world.post(event, wait(5));
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'succeeded', duplicate: true, links: { self: '/events/e' } },
    });
    expect(answer.headers).not.toHaveProperty('retry-after');
  });

  it('does not take the outcome of another payload', async () => {
    const world = ingestWorld();
    world.results.meanwhile = () => world.settle({ id: 'e' }, { fingerprint: 'of another' });
    expect(await world.post(event, wait(5))).toMatchObject({ status: 202, body: { status: 'accepted' } });
  });

  it('counts from the receipt of the request', async () => {
    const world = ingestWorld();
    const { publish } = world.queue;
    world.queue.publish = async (...args) => {
      world.clock.advance(1500);
      return publish(...args);
    };
    await world.post(event, wait(2));
    expect(world.results.waits).toEqual([500]);
  });

  it.each([
    ['wait=25', 25_000],
    ['wait=26', 25_000],
    ['wait=99999999999999999999999', 25_000],
    ['WAIT=3', 3000],
    ['wait="3"', 3000],
    ['wait = 3', 3000],
    ['respond-async, wait=3; foo="a,b", wait=9', 3000],
    ['foo="wait=9, wait=8", wait=3', 3000],
    ['handling=lenient; x=1;, ,wait=003', 3000],
  ])('reads %s', async (prefer, ms) => {
    const world = ingestWorld();
    await world.post(event, { prefer });
    expect(world.results.waits).toEqual([ms]);
  });

  it.each([
    'wait',
    'wait=',
    'wait=x',
    'wait=-1',
    'wait=+1',
    'wait=1.5',
    'wait=1e1',
    'wait=٣',
    'wait=3s',
    'wait=x, wait=5',
    'waiting=5',
    'x=wait=5',
    'wait="3',
  ])('ignores %s', async (prefer) => {
    const world = ingestWorld();
    const answer = await world.post(event, { prefer });
    expect(answer.status).toBe(202);
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(world.results.waits).toEqual([]);
  });

  it('says which wait was applied when more was asked for', async () => {
    const world = ingestWorld();
    world.results.meanwhile = () => world.settle({ id: 'e' });
    expect((await world.post(event, wait(60))).headers).toMatchObject({ 'preference-applied': 'wait=25' });
  });

  it('of 0 looks once and answers at once', async () => {
    const world = ingestWorld();
    world.results.slots = 0;
    expect(await world.post(event, wait(0))).toMatchObject({ status: 202, headers: { 'retry-after': '1' } });
    world.settle({ id: 'e' });
    expect(await world.post(event, wait(0))).toMatchObject({
      status: 200,
      headers: { 'preference-applied': 'wait=0' },
    });
    expect(world.results.waits).toEqual([]);
  });

  it('without a slot answers 202 at once', async () => {
    const world = ingestWorld();
    world.results.slots = 0;
    expect(await world.post(event, wait(5))).toMatchObject({ status: 202, headers: { 'retry-after': '1' } });
    expect(world.results.waits).toEqual([]);
  });

  it('waits in a place of its key and its tenant, of which there are as many as an operator has said', async () => {
    const world = ingestWorld();
    const identity = { tenant: 'local', key: { id: 'k-1', name: 'k' }, scopes: ['operator'] } as const;
    await world.post(event, wait(5));
    await world.post(event, wait(5), { authorizer: contextOf(identity) });
    await world.post(event, wait(5), { authorizer: contextOf({ ...identity, waits: 7 }) });
    expect(world.results.waiters).toEqual([
      { tenant: 'local' },
      { tenant: 'local', key: 'k-1' },
      { tenant: 'local', key: 'k-1', places: 7 },
    ]);
  });

  it('without Redis answers 202 at once', async () => {
    const world = ingestWorld();
    world.results.silent = true;
    expect(await world.post(event, wait(5))).toMatchObject({
      status: 202,
      body: { duplicate: false },
      headers: { 'retry-after': '1' },
    });
    expect(world.messages()).toHaveLength(1);
  });

  it('gives its slot back when the wait breaks', async () => {
    const world = ingestWorld();
    world.results.meanwhile = () => {
      throw new Error('broken');
    };
    expect((await world.post(event, wait(5))).status).toBe(202);
    expect(world.results.slots).toBe(100);
  });

  it('does not wait for an event that was refused', async () => {
    const world = ingestWorld();
    expect((await world.post({ type: 'parcel.sent', data: {} }, wait(5))).status).toBe(422);
    expect(world.results.waits).toEqual([]);
  });
});
