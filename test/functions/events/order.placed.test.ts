import { expect, test } from 'vitest';
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
