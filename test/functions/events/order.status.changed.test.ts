import { afterAll, describe, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import statusChanged from '../../../functions/events/order.status.changed.ts';
import { schemaCases } from '../../support/schema-cases.ts';

schemaCases(statusChanged, {
  accepted: [
    ['no note', { note: undefined }],
    ...(['paid', 'shipped', 'delivered', 'cancelled', 'returned'] as const).map(
      (status) => [status, { status }] as const,
    ),
  ],
  refused: [
    ['the status that order.placed gives', { status: 'placed' }],
    ['an unknown status', { status: 'lost' }],
    ['no order', { orderId: undefined }],
    ['an empty note', { note: '' }],
    ['a note without end', { note: 'x'.repeat(501) }],
  ],
});

test('two spellings of one order id keep one order', () => {
  const of = (orderId: string) => statusChanged.orderedBy?.({ orderId, status: 'paid' });
  expect(of('7D9F2C1E-64B3-4C8A-8F15-2E0B9A7C4D33')).toBe(of('7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d33'));
  expect(of('7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d33')).not.toBe(of('7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d34'));
});

const world = testing([statusChanged]);
afterAll(world.close);
const { orderId } = statusChanged.example;
const at = new Date('2026-11-22T12:00:00Z');
async function shopWith(status: string) {
  const shop = world.tenant();
  const lines = [
    { sku: 'desk-lamp', quantity: 2 },
    { sku: 'notebook-a5', quantity: 1 },
  ];
  const total = { amount: 8430, currency: 'EUR' };
  await shop.insert('orders', [{ orderId, status, lines, total, placedAt: at, history: [{ status: 'placed', at }] }]);
  await shop.insert('products', [
    { sku: 'desk-lamp', stock: 5 },
    { sku: 'notebook-a5', stock: 5 },
  ]);
  return shop;
}

const statuses = ['placed', 'paid', 'shipped', 'delivered', 'cancelled', 'returned'] as const;
const [, ...changes] = statuses;
const allowed = [
  'placed paid',
  'paid shipped',
  'shipped delivered',
  'placed cancelled',
  'paid cancelled',
  'shipped returned',
  'delivered returned',
];

describe('changing the status of an order', () => {
  test('sets it, keeps the history, and says what it was', async () => {
    const shop = await shopWith('placed');
    const handled = await shop.handle(statusChanged, {
      data: { orderId: orderId.toUpperCase(), status: 'paid', note: 'by card' },
      recordedtime: '2026-11-23T12:00:00.000Z',
    });
    expect(handled).toEqual({ outcome: 'succeeded', result: { orderId, from: 'placed', to: 'paid' } });
    const now = new Date('2026-11-23T12:00:00Z');
    expect(await shop.find('orders')).toMatchObject([
      {
        status: 'paid',
        statusChangedAt: now,
        history: [
          { status: 'placed', at },
          { status: 'paid', at: now, note: 'by card' },
        ],
      },
    ]);
  });

  test.each(statuses.flatMap((from) => changes.map((to) => [from, to] as const)))(
    'from %s to %s is allowed as the table says',
    async (from, to) => {
      const shop = await shopWith(from);
      const handled = await shop.handle(statusChanged, { data: { orderId, status: to } });
      const [order] = await shop.find('orders');
      if (allowed.includes(`${from} ${to}`)) {
        expect(handled).toMatchObject({ outcome: 'succeeded' });
        expect(order).toMatchObject({ status: to });
      } else {
        expect(handled).toEqual({ outcome: 'rejected', reason: `illegal-transition:${from}-to-${to}` });
        expect(order).toMatchObject({ status: from, history: [{ status: 'placed' }] });
      }
    },
  );

  test.each(['cancelled', 'returned'] as const)(
    'an order that is %s goes back to stock and out of the revenue',
    async (status) => {
      const shop = await shopWith(status === 'cancelled' ? 'paid' : 'delivered');
      const recordedtime = '2026-11-23T12:00:00.000Z';
      await shop.handle(statusChanged, { data: { orderId, status }, recordedtime });
      expect(await shop.redis.counter('revenue', '2026-11-23:EUR')).toBe(-8430);
      expect(await shop.find('products')).toEqual([
        { sku: 'desk-lamp', stock: 7 },
        { sku: 'notebook-a5', stock: 6 },
      ]);
    },
  );

  test.each([
    [1, 2],
    [3, 8],
    [9, 300],
  ])('an order that is not there yet is waited for, at attempt %i for %i s', async (attempt, seconds) => {
    const handled = await world.tenant().handle(statusChanged, { data: { orderId, status: 'paid' } }, { attempt });
    expect(handled).toMatchObject({ outcome: 'thrown', kind: 'error', error: { code: 'order-unknown', seconds } });
  });
});
