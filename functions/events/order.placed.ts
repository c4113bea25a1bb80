import * as z from 'zod';
import { type Collection, DuplicateKeyError, defineEvent, PermanentError, type Rejected, rejected } from '#sluice';
import { orders, products } from '../common/shop.ts';

/** Minor units of an ISO 4217 currency: 1299 EUR is 12.99 euros. */
export interface Money {
  amount: number;
  currency: string;
}

export interface Product {
  sku: string;
  name: string;
  stock: number;
  /** Null while a listed product waits for its price. */
  price: Money | null;
}

export interface OrderLine {
  sku: string;
  quantity: number;
  unitPrice: Money;
  amount: Money;
}

export interface Order {
  orderId: string;
  customerId: string;
  status: 'placed' | 'paid' | 'shipped' | 'delivered' | 'cancelled' | 'returned';
  lines: OrderLine[];
  total: Money;
  placedAt: Date;
  history: { status: Order['status']; at: Date; note?: string }[];
}

const line = z.strictObject({
  sku: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(64),
  quantity: z.int().min(1).max(999),
});

export default defineEvent({
  type: 'order.placed',
  summary: 'A customer placed an order; its stock is taken, its total is computed from our prices',
  data: z.strictObject({
    orderId: z.uuid(),
    customerId: z.uuid(),
    /** ISO 4217: the currency in which the customer saw the prices. */
    currency: z.string().regex(/^[A-Z]{3}$/),
    lines: z.array(line).min(1).max(50),
  }),
  example: {
    orderId: '5f0c7a52-8a0b-4e6f-9d0e-3a1f6f6f2b10',
    customerId: '0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21',
    currency: 'EUR',
    lines: [
      { sku: 'desk-lamp', quantity: 1 },
      { sku: 'notebook-a5', quantity: 3 },
    ],
  },
  collections: { orders, products },
  projections: {
    'top-products': { kind: 'sorted-set', keepDays: 400 },
    revenue: { kind: 'counter', keepDays: 400 },
  },

  async handle({ data, recordedtime }, context) {
    const lines = await takeStock(context.collection<Product>('products'), data);
    if (!Array.isArray(lines)) return lines;

    const placedAt = new Date(recordedtime);
    const total = { amount: lines.reduce((sum, { amount }) => sum + amount.amount, 0), currency: data.currency };
    const order: Order = {
      orderId: data.orderId.toLowerCase(),
      customerId: data.customerId.toLowerCase(),
      status: 'placed',
      lines,
      total,
      placedAt,
      history: [{ status: 'placed', at: placedAt }],
    };
    try {
      await context.collection<Order>('orders').insertOne(order);
    } catch (error) {
      if (error instanceof DuplicateKeyError) return rejected('order-exists');
      throw error;
    }

    const day = recordedtime.slice(0, 10);
    for (const { sku, quantity } of lines) {
      context.project('top-products').zincrby(day, quantity, sku);
      context.project('top-products').zincrby('all-time', quantity, sku);
    }
    context.project('revenue').incrby(`${day}:${total.currency}`, total.amount);
    return { orderId: order.orderId, status: order.status, total };
  },
});

/** Takes every line from stock, or says why not; the products always in one order, so that two orders never wait for each other. */
async function takeStock(
  products: Collection<Product>,
  order: { currency: string; lines: readonly { sku: string; quantity: number }[] },
): Promise<OrderLine[] | Rejected> {
  const taken: OrderLine[] = [];
  for (const [sku, quantity] of quantities(order.lines)) {
    const product = await products.findOneAndUpdate({ sku, stock: { $gte: quantity } }, { $inc: { stock: -quantity } });
    if (!product) return rejected((await products.findOne({ sku })) ? `out-of-stock:${sku}` : `unknown-product:${sku}`);
    // The customer did nothing wrong: somebody prices the product, and replays the order from the failure desk.
    if (!product.price) throw new PermanentError(`product ${sku} is listed without a price`, { code: 'price-missing' });
    if (product.price.currency !== order.currency) return rejected(`currency-mismatch:${sku}`);
    const amount = { amount: product.price.amount * quantity, currency: order.currency };
    taken.push({ sku, quantity, unitPrice: product.price, amount });
  }
  return taken;
}

/** Pieces per product, sorted: a product that stands on two lines is taken once. */
export function quantities(lines: readonly { sku: string; quantity: number }[]): [sku: string, quantity: number][] {
  const pieces = new Map<string, number>();
  for (const { sku, quantity } of lines) pieces.set(sku, (pieces.get(sku) ?? 0) + quantity);
  return [...pieces].sort(([a], [b]) => (a < b ? -1 : 1));
}
