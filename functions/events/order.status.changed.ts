import * as z from 'zod';
import { defineEvent, RetryLaterError, rejected } from '#sluice';
import { orders, products } from '../common/shop.ts';

/** What each status may follow. */
export const follows = {
  paid: ['placed'],
  shipped: ['paid'],
  delivered: ['shipped'],
  cancelled: ['placed', 'paid'],
  returned: ['shipped', 'delivered'],
} as const;

type Status = keyof typeof follows;

/** What this event needs to know of an order; order.placed writes the whole of it. */
interface Order {
  orderId: string;
  status: Status | 'placed';
  lines: { sku: string; quantity: number }[];
  total: { amount: number; currency: string };
  statusChangedAt?: Date;
  history: { status: Status | 'placed'; at: Date; note?: string }[];
}

interface Product {
  sku: string;
  stock: number;
}

export default defineEvent({
  type: 'order.status.changed',
  summary: 'An order was paid, shipped, delivered, cancelled or returned; the changes of one order stay in order',
  data: z.strictObject({
    orderId: z.uuid(),
    status: z.enum(['paid', 'shipped', 'delivered', 'cancelled', 'returned']),
    note: z.string().min(1).max(500).optional(),
  }),
  example: { orderId: '7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d33', status: 'paid', note: 'card ending in 4242' },
  collections: { orders, products },
  projections: { revenue: { kind: 'counter', keepDays: 400 } },
  orderedBy: ({ orderId }) => orderId.toLowerCase(),
  retry: { attempts: 10 },

  async handle({ data, recordedtime }, context) {
    const known = context.collection<Order>('orders');
    const orderId = data.orderId.toLowerCase();
    const at = new Date(recordedtime);
    const order = await known.findOneAndUpdate(
      { orderId, status: { $in: follows[data.status] } },
      {
        $set: { status: data.status, statusChangedAt: at },
        $push: { history: { status: data.status, at, ...(data.note !== undefined && { note: data.note }) } },
      },
    );
    if (!order) {
      const found = await known.findOne({ orderId });
      if (found) return rejected(`illegal-transition:${found.status}-to-${data.status}`);
      // order.placed has a queue of its own, so the order may still be on its way; one that never comes ends as a failure to replay.
      throw new RetryLaterError(Math.min(2 ** context.attempt, 300), `order ${orderId} is not known yet`, {
        code: 'order-unknown',
      });
    }

    if (data.status === 'cancelled' || data.status === 'returned') {
      const stock = context.collection<Product>('products');
      for (const { sku, quantity } of order.lines) await stock.updateOne({ sku }, { $inc: { stock: quantity } });
      context.project('revenue').incrby(`${recordedtime.slice(0, 10)}:${order.total.currency}`, -order.total.amount);
    }
    return { orderId, from: order.status, to: data.status };
  },
});
