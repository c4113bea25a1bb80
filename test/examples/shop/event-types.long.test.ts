import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import errorReported, { fingerprintOf } from '../../../functions/events/error.reported.ts';
import orderPlaced from '../../../functions/events/order.placed.ts';
import statusChanged from '../../../functions/events/order.status.changed.ts';
import pageViewed from '../../../functions/events/page.viewed.ts';
import userRegistered from '../../../functions/events/user.registered.ts';
import { dropDatabaseOf, PATIENT, stackWith } from '../../support/e2e.ts';
import { startStack } from '../../support/stack.ts';

type ShopEvent =
  | typeof errorReported
  | typeof orderPlaced
  | typeof statusChanged
  | typeof pageViewed
  | typeof userRegistered;

const database = `test-${randomUUID().slice(0, 8)}`;
const stack = await startStack({ env: { SLUICE_EVENTS: '' }, environment: { MONGODB_DATABASE: database } });
const { client, settle, find, projection, getJson } = stackWith<ShopEvent>({ ...stack, database });
afterAll(async () => {
  await dropDatabaseOf({ ...stack, database });
  await stack.stop();
});
const dayOf = (event: object): string => ('recordedtime' in event ? String(event.recordedtime).slice(0, 10) : '');

test('a registered user is in MongoDB, counted in Redis, and the result comes back', async () => {
  const user = { ...userRegistered.example, userId: randomUUID(), email: `Ada.${randomUUID()}@Example.com` };
  const settled = await settle({ type: 'user.registered', data: user });
  expect(settled).toMatchObject({
    status: 'succeeded',
    data: user,
    attempts: [{ outcome: 'succeeded' }],
    result: { userId: user.userId, email: user.email.toLowerCase() },
  });
  expect(await find('users', { userId: user.userId })).toMatchObject([{ email: user.email.toLowerCase() }]);
  await expect.poll(() => projection('registrations', 'counter', dayOf(settled))).toBeGreaterThanOrEqual(1);
});

test('a placed order is in MongoDB with its stock taken, and sold pieces and revenue are in Redis', async () => {
  const data = { ...orderPlaced.example, orderId: randomUUID(), lines: [{ sku: 'ruler-30cm', quantity: 3 }] };
  const sold = async () => {
    const members = await projection('top-products', 'sorted-set', 'all-time');
    return members.find(({ member }) => member === 'ruler-30cm')?.score ?? 0;
  };
  const soldBefore = await sold();
  const [before] = await find('products', { sku: 'ruler-30cm' });
  const settled = await settle({ type: 'order.placed', data });
  const total = { amount: 3 * 590, currency: 'EUR' };
  expect(settled).toMatchObject({ status: 'succeeded', result: { orderId: data.orderId, status: 'placed', total } });
  expect(await find('orders', { orderId: data.orderId })).toMatchObject([{ status: 'placed', total }]);
  expect(await find('products', { sku: 'ruler-30cm' })).toMatchObject([{ stock: before?.stock - 3 }]);
  await expect.poll(sold).toBe(soldBefore + 3);
  await expect.poll(() => projection('revenue', 'counter', `${dayOf(settled)}:EUR`)).toBeGreaterThanOrEqual(1770);
});

test('the changes of one order happen in the order in which they were accepted', async () => {
  const data = { ...orderPlaced.example, orderId: randomUUID() };
  await settle({ type: 'order.placed', data });
  const changes = (['paid', 'shipped', 'delivered', 'returned'] as const).map((status) => ({
    type: 'order.status.changed' as const,
    data: { orderId: data.orderId, status },
  }));
  const results = await client.sendMany(changes);
  expect(results.map((result) => ('status' in result ? result.status : result.problem))).toEqual(
    Array(4).fill('accepted'),
  );
  const last = await client.wait(results[3]?.id ?? '', { seconds: PATIENT });
  expect(last).toMatchObject({ status: 'succeeded', result: { from: 'delivered', to: 'returned' } });
  const [order] = await find('orders', { orderId: data.orderId });
  expect(order?.history.map(({ status }: { status: string }) => status)).toEqual([
    'placed',
    'paid',
    'shipped',
    'delivered',
    'returned',
  ]);
});

test('a change that comes before its order waits for it', async () => {
  const orderId = randomUUID();
  const { id } = await client.send({ type: 'order.status.changed', data: { orderId, status: 'paid' } });
  await expect.poll(() => client.get(id)).toMatchObject({ status: 'retrying' });
  await client.send({ type: 'order.placed', data: { ...orderPlaced.example, orderId } });
  const settled = await client.wait(id, { seconds: PATIENT });
  expect(settled).toMatchObject({ status: 'succeeded', result: { from: 'placed', to: 'paid' } });
  expect(settled.attempts[0]).toMatchObject({ outcome: 'error', error: { code: 'order-unknown' } });
});

test('page views are rolled up in MongoDB, counted by page and by visitor in Redis', async () => {
  const page = `/e2e/${randomUUID()}`;
  const views = Array.from({ length: 30 }, (_, index) => ({
    type: 'page.viewed' as const,
    data: { ...pageViewed.example, page, visitorId: `visitor-${index % 3}-${page.slice(5, 13)}` },
  }));
  const results = await client.sendMany(views);
  const settled = await Promise.all(results.map(({ id }) => client.wait(id, { seconds: PATIENT })));
  expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  const rollUps = await find('pageDays', { page });
  expect(rollUps.reduce((sum, { views: count }) => sum + count, 0)).toBe(30);
  const days = rollUps.map(({ day }) => String(day));
  await expect
    .poll(async () => {
      const hashes = await Promise.all(days.map((day) => projection('page-views', 'hash', day)));
      return hashes.reduce((sum, hash) => sum + (hash[page] ?? 0), 0);
    })
    .toBe(30);
  await expect.poll(() => projection('unique-visitors', 'hyperloglog', days[0] ?? '')).toBeGreaterThanOrEqual(3);
});

test('reports of one fault are one group, and the result names it', async () => {
  const message = `cannot load ${randomUUID()}`;
  const report = { name: `E2eError${randomUUID().slice(0, 8)}`, message, stack: 'f@https://x/app.js:1:1' };
  const results = await client.sendMany(
    Array.from({ length: 5 }, () => ({
      type: 'error.reported' as const,
      data: { ...errorReported.example, ...report },
    })),
  );
  const settled = await Promise.all(results.map(({ id }) => client.wait(id, { seconds: PATIENT })));
  const group = await fingerprintOf(report);
  expect(settled.map(({ result }) => result)).toEqual(Array(5).fill({ group }));
  expect(await find('errorGroups', { fingerprint: group })).toMatchObject([{ name: report.name, message, count: 5 }]);
  const { recordedtime = '' } = settled[0] ?? {};
  await expect
    .poll(() => projection('error-rates', 'hash', recordedtime.slice(0, 10)))
    .toHaveProperty(recordedtime.slice(11, 13));
});

test('every example succeeds on a fresh stack, as the documents promise', async () => {
  // Those of users and orders succeed once; no other test sends them.
  for (const { type, example } of [userRegistered, orderPlaced, statusChanged, pageViewed, errorReported]) {
    const settled = await settle({ type, data: example } as Parameters<typeof settle>[0]);
    expect(settled).toMatchObject({ type, status: 'succeeded' });
  }
});

describe('outcomes of business', () => {
  test('a taken e-mail address is rejected, and the first user stays', async () => {
    const user = (email: string) => ({
      type: 'user.registered' as const,
      data: { ...userRegistered.example, userId: randomUUID() as string, email },
    });
    const first = user(`ada.${randomUUID()}@example.com`);
    await settle(first);
    const second = await settle(user(first.data.email.toUpperCase()));
    expect(second).toMatchObject({ status: 'rejected', rejection: { reason: 'email-taken' } });
    expect(await find('users', { email: first.data.email })).toMatchObject([{ userId: first.data.userId }]);
  });

  const order = (sku: string) => ({
    type: 'order.placed' as const,
    data: { ...orderPlaced.example, orderId: randomUUID() as string, lines: [{ sku, quantity: 1 }] },
  });

  test('an order for what is sold out is rejected', async () => {
    const settled = await settle(order('mug-anniversary'));
    expect(settled).toMatchObject({ status: 'rejected', rejection: { reason: 'out-of-stock:mug-anniversary' } });
  });

  test('a product without a price makes a failure, with its cause', async () => {
    const event = order('gift-card');
    const settled = await settle(event);
    expect(settled).toMatchObject({ status: 'failed', failure: { cause: 'permanent' } });
    const id = 'failure' in settled ? settled.failure?.id : undefined;
    expect(await getJson(`/failures/${id}`)).toMatchObject({
      code: 'price-missing',
      event: { type: 'order.placed', data: event.data },
    });
    expect(await find('orders', { orderId: event.data.orderId })).toEqual([]);
  });
});
