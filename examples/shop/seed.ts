import { MongoClient } from 'mongodb';
import type { Order, Product } from '../../functions/events/order.placed.ts';
import { localIdentity } from '../../lib/core/access/identity.ts';
import type { SeedOptions } from '../../local/stack/seeds.ts';

const AMPLE = 1_000_000;
const product = (sku: string, name: string, amount: number): Product => ({
  sku,
  name,
  stock: AMPLE,
  price: { amount, currency: 'EUR' },
});

/** What the shop on this machine sells. */
export const assortment: readonly Product[] = [
  product('desk-lamp', 'Desk lamp, brass', 3990),
  product('notebook-a5', 'Notebook A5, dotted', 450),
  product('fountain-pen', 'Fountain pen, fine', 2450),
  product('ink-blue', 'Ink, royal blue, 30 ml', 690),
  product('pencil-set', 'Pencils, set of twelve', 1290),
  product('ruler-30cm', 'Ruler, 30 cm, steel', 590),
  product('paper-clips', 'Paper clips, box of 100', 190),
  product('desk-mat', 'Desk mat, felt', 2990),
];
/** Nothing is left of it, so an order for it is rejected. */
export const soldOut: Product = { ...product('mug-anniversary', 'Anniversary mug', 1490), stock: 0 };
/** Listed before its price was set, so an order for it fails until somebody sets one. */
export const unpriced: Product = { ...product('gift-card', 'Gift card', 0), price: null };

const waitingOrder = (orderId: string, at: Date): Order => ({
  orderId,
  customerId: '0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21',
  status: 'placed',
  lines: [
    {
      sku: 'notebook-a5',
      quantity: 2,
      unitPrice: { amount: 450, currency: 'EUR' },
      amount: { amount: 900, currency: 'EUR' },
    },
  ],
  total: { amount: 900, currency: 'EUR' },
  placedAt: at,
  history: [{ status: 'placed', at }],
});

/**
 * Stocks the shop of tenant `local`, so that every example succeeds. Done again, it adds what is not there and changes nothing: what was sold
 * stays sold where state is kept.
 * @throws what the driver throws when the database does not answer
 */
export async function seed({ mongoUri, database, types }: SeedOptions): Promise<void> {
  const client = new MongoClient(mongoUri);
  const { tenant } = localIdentity;
  try {
    const db = client.db(database);
    if (types.includes('order.placed'))
      await db.collection('products').bulkWrite(
        [...assortment, soldOut, unpriced].map((fields) => ({
          updateOne: { filter: { tenant, sku: fields.sku }, update: { $setOnInsert: fields }, upsert: true },
        })),
      );
    if (types.includes('order.status.changed')) {
      // Loaded only where the file is.
      const { default: statusChanged } = await import('../../functions/events/order.status.changed.ts');
      // The order that its example speaks of.
      const order = waitingOrder(statusChanged.example.orderId, new Date());
      await db
        .collection('orders')
        .updateOne({ tenant, orderId: order.orderId }, { $setOnInsert: order }, { upsert: true });
    }
  } finally {
    await client.close();
  }
}
