import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import orderPlaced, { quantities } from '../../../functions/events/order.placed.ts';
import { schemaCases } from '../../support/schema-cases.ts';

const line = { sku: 'desk-lamp', quantity: 1 };

schemaCases(orderPlaced, {
  accepted: [
    ['one line', { lines: [line] }],
    ['fifty lines', { lines: Array(50).fill(line) }],
    ['999 pieces', { lines: [{ ...line, quantity: 999 }] }],
  ],
  refused: [
    ['no line', { lines: [] }],
    ['51 lines', { lines: Array(51).fill(line) }],
    ['no piece', { lines: [{ ...line, quantity: 0 }] }],
    ['a negative quantity', { lines: [{ ...line, quantity: -1 }] }],
    ['half a piece', { lines: [{ ...line, quantity: 0.5 }] }],
    ['a thousand pieces', { lines: [{ ...line, quantity: 1000 }] }],
    ['a quantity in words', { lines: [{ ...line, quantity: '1' }] }],
    ['a price from the client', { lines: [{ ...line, unitPrice: 1 }] }],
    ['a total from the client', { total: { amount: 1, currency: 'EUR' } }],
    ['a SKU in capitals', { lines: [{ ...line, sku: 'DESK-LAMP' }] }],
    ['a SKU that is an operator', { lines: [{ ...line, sku: { $gt: '' } }] }],
    ['a currency in lower case', { currency: 'eur' }],
    ['a currency symbol', { currency: '€' }],
    ['no customer', { customerId: undefined }],
  ],
});

test('a product on two lines is taken once, and products always in one order', () => {
  const lines = [
    { sku: 'b', quantity: 1 },
    { sku: 'a', quantity: 2 },
    { sku: 'b', quantity: 3 },
  ];
  expect(quantities(lines)).toEqual([
    ['a', 2],
    ['b', 4],
  ]);
});

const world = testing([orderPlaced]);
afterAll(world.close);
const { orderId, customerId } = orderPlaced.example;
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const assortment = [
  { sku: 'desk-lamp', name: 'Desk lamp', stock: 5, price: eur(3990) },
  { sku: 'notebook-a5', name: 'Notebook', stock: 10, price: eur(450) },
  { sku: 'gift-card', name: 'Gift card', stock: 10, price: null },
];
const order = (...lines: [sku: string, quantity: number][]) => ({
  orderId,
  customerId,
  currency: 'EUR',
  lines: lines.map(([sku, quantity]) => ({ sku, quantity })),
});
async function stockedShop() {
  const shop = world.tenant();
  await shop.insert('products', assortment);
  const stock = async () => Object.fromEntries((await shop.find('products')).map(({ sku, stock }) => [sku, stock]));
  return { ...shop, stock };
}
const untouched = { 'desk-lamp': 5, 'notebook-a5': 10, 'gift-card': 10 };

describe('placing an order', () => {
  test('takes the stock, computes the total from our prices and keeps the order', async () => {
    const shop = await stockedShop();
    const data = order(['notebook-a5', 3], ['desk-lamp', 1]);
    expect(await shop.handle(orderPlaced, { data, recordedtime: '2026-11-23T12:00:00.000Z' })).toEqual({
      outcome: 'succeeded',
      result: { orderId, status: 'placed', total: eur(5340) },
    });
    for (const period of ['2026-11-23', 'all-time'])
      expect(await shop.redis.sortedSet('top-products', period)).toEqual([
        { member: 'notebook-a5', score: 3 },
        { member: 'desk-lamp', score: 1 },
      ]);
    expect(await shop.redis.counter('revenue', '2026-11-23:EUR')).toBe(5340);
    expect(await shop.stock()).toEqual({ 'desk-lamp': 4, 'notebook-a5': 7, 'gift-card': 10 });
    const at = new Date('2026-11-23T12:00:00Z');
    expect(await shop.find('orders')).toEqual([
      {
        orderId,
        customerId,
        status: 'placed',
        lines: [
          { sku: 'desk-lamp', quantity: 1, unitPrice: eur(3990), amount: eur(3990) },
          { sku: 'notebook-a5', quantity: 3, unitPrice: eur(450), amount: eur(1350) },
        ],
        total: eur(5340),
        placedAt: at,
        history: [{ status: 'placed', at }],
      },
    ]);
  });

  test('the last piece can be bought', async () => {
    const shop = await stockedShop();
    expect(await shop.handle(orderPlaced, { data: order(['desk-lamp', 5]) })).toMatchObject({ outcome: 'succeeded' });
    expect(await shop.stock()).toMatchObject({ 'desk-lamp': 0 });
  });

  test.each([
    ['more than there is', order(['desk-lamp', 1], ['notebook-a5', 11]), 'out-of-stock:notebook-a5'],
    ['more than there is, on two lines', order(['desk-lamp', 3], ['desk-lamp', 3]), 'out-of-stock:desk-lamp'],
    ['a product that we do not have', order(['desk-lamp', 1], ['unicorn', 1]), 'unknown-product:unicorn'],
    [
      'a product priced in another currency',
      { ...order(['desk-lamp', 1]), currency: 'USD' },
      'currency-mismatch:desk-lamp',
    ],
  ])('%s is rejected, and no stock is taken', async (_, data, reason) => {
    const shop = await stockedShop();
    expect(await shop.handle(orderPlaced, { data })).toEqual({ outcome: 'rejected', reason });
    expect(await shop.stock()).toEqual(untouched);
    expect(await shop.find('orders')).toEqual([]);
  });

  test('a product without a price is our fault: it fails for good, and no stock is taken', async () => {
    const shop = await stockedShop();
    expect(await shop.handle(orderPlaced, { data: order(['desk-lamp', 1], ['gift-card', 1]) })).toMatchObject({
      outcome: 'thrown',
      kind: 'permanent',
      error: { code: 'price-missing', message: expect.stringContaining('gift-card') },
    });
    expect(await shop.stock()).toEqual(untouched);
  });

  test('an order id that is known is rejected, and no stock is taken', async () => {
    const shop = await stockedShop();
    await shop.handle(orderPlaced, { data: order(['desk-lamp', 1]) });
    const again = { ...order(['notebook-a5', 1]), orderId: orderId.toUpperCase() };
    expect(await shop.handle(orderPlaced, { data: again })).toEqual({ outcome: 'rejected', reason: 'order-exists' });
    expect(await shop.stock()).toMatchObject({ 'notebook-a5': 10 });
  });

  test('eight orders at once never sell more than there is', async () => {
    const shop = await stockedShop();
    const all = await Promise.all(
      Array.from({ length: 8 }, () =>
        shop.handle(orderPlaced, {
          data: { ...order(['desk-lamp', 1], ['notebook-a5', 1]), orderId: randomUUID() },
        }),
      ),
    );
    const sold = all.filter(({ outcome }) => outcome === 'succeeded').length;
    expect(sold).toBeLessThanOrEqual(5);
    expect(sold).toBeGreaterThan(0);
    expect(await shop.stock()).toMatchObject({ 'desk-lamp': 5 - sold, 'notebook-a5': 10 - sold });
    expect(await shop.find('orders')).toHaveLength(sold);
  });
});
