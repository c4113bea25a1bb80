import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventKey } from '../../../lib/core/event-key.ts';
import { unpriced } from '../../../local/stack/seed.ts';
import { whyMissing } from '../../../verification/rolling/bundles.ts';
import { EARLIER } from '../../../verification/rolling/earlier.ts';
import type { Side } from '../../../verification/rolling/side.ts';
import { openRollingWorld, type RollingWorld } from '../../../verification/rolling/world.ts';

const missing = await whyMissing(EARLIER);
if (missing !== undefined) console.warn(`Old and new code were not tried side by side: ${missing}.`);

/** EARLIER_COMMIT=required, as .ci/run sets it on a full clone. */
test('the commit that this code is tried with is here, or its absence is told', ({ skip }) => {
  if (process.env.EARLIER_COMMIT !== 'required') skip(missing !== undefined, missing);
  expect(missing).toBeUndefined();
});

const tenant = 'local';
const type = 'order.placed';
const queue = 'order-placed';
const uuid = () => crypto.randomUUID();
const json = { 'content-type': 'application/json' };
const order = (sku = 'gift-card') => ({
  orderId: uuid(),
  customerId: uuid(),
  currency: 'EUR',
  lines: [{ sku, quantity: 1 }],
});
const registration = () => ({
  type: 'user.registered',
  id: uuid(),
  data: { userId: uuid(), email: `${uuid()}@example.com`, name: 'Ada' },
});

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
  const failureOf = (id: string) =>
    world.mongo.failures.findOne({ eventKey: eventKey(tenant, `/tenants/${tenant}`, id) });
  const priced = (price: { amount: number; currency: string } | null) =>
    world.mongo.db
      .collection('products')
      .updateOne({ tenant, sku: 'gift-card' }, { $set: { ...unpriced, tenant, price } }, { upsert: true });
  /** Orders that one side has failed, and the other has recorded. */
  async function failedOrders(by: Side, recordedBy: Side, count: number): Promise<string[]> {
    await priced(null);
    const events = Array.from({ length: count }, () => ({ type, id: uuid(), data: order() }));
    expect(await send(by, events)).toMatchObject({ status: 202, body: { accepted: count } });
    expect(await consume(by, queue, type, count)).toEqual([]);
    expect(await recordFailures(recordedBy, count)).toEqual([]);
    await priced({ amount: 2500, currency: 'EUR' });
    return events.map(({ id }) => id);
  }

  describe.each([
    { one: 'old', other: 'new' },
    { one: 'new', other: 'old' },
  ])('$one code before $other code', ({ one }) => {
    const sides = (): [Side, Side] => {
      const { earlier, present } = world;
      return one === 'old' ? [earlier, present] : [present, earlier];
    };

    test('an event of the one is run by the other, known to both, and told to who waits', async () => {
      const [first, second] = sides();
      const event = registration();
      const waited = registration();
      const waiting = send(first, waited, { prefer: 'wait=20' });
      expect(await send(first, event)).toMatchObject({ status: 202, body: { duplicate: false } });
      expect(await send(second, event)).toMatchObject({ status: 202, body: { duplicate: true, status: 'accepted' } });
      expect(await send(second, { ...event, subject: 'other' })).toMatchObject({ body: { code: 'id-reused' } });
      expect(await statusOf(second, event.id)).toMatchObject({ status: 'accepted', type: event.type });
      expect(await consume(second, 'user-registered', event.type, 2)).toEqual([]);
      const settled = { status: 'succeeded', result: { userId: event.data.userId, email: event.data.email } };
      expect(await waiting).toMatchObject({ status: 200, body: { id: waited.id, status: 'succeeded' } });
      expect(await send(first, event, { prefer: 'wait=5' })).toMatchObject({ status: 200, body: settled });
      for (const side of [first, second]) expect(await statusOf(side, event.id)).toMatchObject(settled);
    });

    test('events of the one are run in one transaction by the other', async () => {
      const [first, second] = sides();
      const viewed = () => ({ type: 'page.viewed', id: uuid(), data: world.examples['page.viewed'] });
      const events = [viewed(), viewed()];
      expect(await send(first, events)).toMatchObject({ body: { accepted: 2 } });
      expect(await consume(second, 'page-viewed', 'page.viewed', 2)).toEqual([]);
      for (const { id } of events) expect(await statusOf(first, id)).toMatchObject({ status: 'succeeded' });
    });

    test('an event that the one has tried is run again by the other, and its attempt counts', async () => {
      const [first, second] = sides();
      const data = order('desk-lamp');
      const id = uuid();
      const paid = { type: 'order.status.changed', id, data: { orderId: data.orderId, status: 'paid' } };
      expect(await send(first, paid)).toMatchObject({ status: 202 });
      const from = ['order-status-changed.fifo', paid.type] as const;
      expect(await consume(first, ...from)).toHaveLength(1);
      expect(await statusOf(second, id)).toMatchObject({ status: 'retrying', attempts: [{ outcome: 'error' }] });
      await world.mongo.db.collection('orders').insertOne({ tenant, ...data, status: 'placed', history: [] });
      expect(await consume(second, ...from)).toEqual([]);
      expect(await statusOf(first, id)).toMatchObject({
        status: 'succeeded',
        attempts: [{ outcome: 'error' }, { outcome: 'succeeded' }],
      });
    });

    test('a letter of the one is a failure by the other, whose replay either of them runs', async () => {
      const [first, second] = sides();
      const [id = ''] = await failedOrders(first, second, 1);
      const failure = await failureOf(id);
      expect(failure).toMatchObject({ cause: 'permanent', code: 'price-missing', state: 'open' });
      for (const side of [first, second]) expect(await statusOf(side, id)).toMatchObject({ status: 'failed' });
      const sent = { path: `/failures/${failure?._id}/replay`, id: failure?._id ?? '', headers: json, body: '{}' };
      expect(await first.ask('replay', sent)).toMatchObject({ status: 202, body: { state: 'replaying' } });
      expect(await consume(second, queue, type)).toEqual([]);
      expect(await statusOf(first, id)).toMatchObject({ status: 'succeeded' });
      expect(await failureOf(id)).toMatchObject({ state: 'replayed' });
    });

    test('a replay of many that the one began is worked off by the other', async () => {
      const [first, second] = sides();
      const ids = await failedOrders(second, first, 2);
      const begun = await first.ask('replay', {
        path: '/replays',
        headers: json,
        body: JSON.stringify({ filter: { type } }),
      });
      expect(begun).toMatchObject({ status: 202, body: { state: 'running', matched: 2 } });
      const { id } = begun.body;
      const job = (event: object) => second.handle('bulk-replay', event);
      expect(await world.queues.deliver('replays', 1, job)).toEqual([]);
      const asked = { method: 'GET', path: `/replays/${id}`, id: String(id) };
      expect(await first.ask('replay', asked)).toMatchObject({ body: { state: 'done', replayed: 2 } });
      expect(await consume(first, queue, type, 2)).toEqual([]);
      for (const one of ids) expect(await statusOf(second, one)).toMatchObject({ status: 'succeeded' });
    });
  });
});
