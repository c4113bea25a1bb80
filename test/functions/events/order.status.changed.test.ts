import { expect, test } from 'vitest';
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
