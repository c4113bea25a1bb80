import { randomUUID } from 'node:crypto';
import {
  awaited,
  type Expectation,
  failure,
  type Journey,
  type Mode,
  type Planned,
  refused,
  rejection,
  repeated,
  single,
  together,
  valid,
} from '../../local/commands/demo/plan.ts';
import { assortment, soldOut, unpriced } from './seed.ts';
import type { ShopTypes } from './types.ts';

const modes: Mode[] = ['array', 'batch'];
const oneByOne: Mode[] = ['single', 'structured', 'binary'];
const pick = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => make(i));

const pages = ['/', '/products', '/sale', '/about', '/cart', ...assortment.map(({ sku }) => `/products/${sku}`)];

/** A visitor looks at eleven pages; the client of every fourth sends its ten first ones twice. */
function browses(visitor: number): Journey {
  const visitorId = randomUUID();
  const view = (index: number) =>
    valid<ShopTypes>({ type: 'page.viewed', data: { page: pick(pages, visitor * 7 + index * index), visitorId } });
  const seen = times(10, view);
  const mode = pick(modes, visitor);
  return [together(mode, seen), ...(visitor % 4 === 0 ? [together(mode, seen.map(repeated))] : []), awaited(view(10))];
}

/** Somebody opens an account; every tenth client repeats it, every twelfth time somebody else wants the same address. */
function registers(index: number): Journey {
  const email = `visitor.${randomUUID()}@example.com`;
  const user = (address: string, expect?: Expectation) =>
    valid<ShopTypes>(
      {
        type: 'user.registered',
        data: { userId: randomUUID(), email: address, name: `Visitor ${index}`, locale: 'en' },
      },
      expect,
    );
  const first = user(email);
  if (index % 12 === 0) return [awaited(first), awaited(user(email.toUpperCase(), rejection('email-taken')))];
  if (index % 10 === 0) return [awaited(first), single(repeated(first))];
  return [index % 3 === 0 ? awaited(first) : together(pick(oneByOne, index), [first])];
}

export interface Basket {
  orderId: string;
  lines: { sku: string; quantity: number }[];
}
export const basketOf = (index: number): Basket => ({
  orderId: randomUUID(),
  lines: times(1 + (index % 3), (line) => ({
    sku: pick(assortment, index + line).sku,
    quantity: 1 + ((index + line) % 4),
  })),
});
export const order = ({ orderId, lines }: Basket, expect?: Expectation): Planned =>
  valid<ShopTypes>(
    { type: 'order.placed', data: { orderId, customerId: randomUUID(), currency: 'EUR', lines } },
    expect,
  );
type Status = 'paid' | 'shipped' | 'delivered' | 'cancelled' | 'returned';
const change = ({ orderId }: Basket, status: Status, expect?: Expectation): Planned =>
  valid<ShopTypes>({ type: 'order.status.changed', data: { orderId, status } }, expect);

/** A customer orders; the warehouse reports on the order, in order. */
function buys(index: number): Journey {
  const basket = basketOf(index);
  const placed = order(basket);
  const paid = change(basket, 'paid');
  if (index % 20 === 7) return [single(paid), awaited(placed), single(repeated(paid))];
  if (index % 10 === 3) return [awaited(placed), single(paid), awaited(change(basket, 'cancelled'))];
  if (index % 10 === 5)
    return [awaited(placed), awaited(change(basket, 'delivered', rejection('illegal-transition:placed-to-delivered')))];
  return [
    awaited(placed),
    ...(index % 8 === 0 ? [together('structured', [repeated(placed)])] : []),
    together('array', [paid, change(basket, 'shipped')]),
    awaited(change(basket, 'delivered')),
  ];
}

/** A fault in the shop's pages; clients report it in bursts, and its numbers and builds differ each time. */
function crashes(index: number): Journey {
  const report = (burst: number) =>
    valid<ShopTypes>({
      type: 'error.reported',
      data: {
        name: pick(['TypeError', 'RangeError', 'NetworkError'], index),
        message: `Cannot load item ${index * 10 + burst} of cart ${randomUUID()}`,
        stack: `    at loadCart (https://shop.example.com/assets/cart.${(index * 7919 + 1_000_003).toString(16)}.js:${burst + 1}:9)`,
        page: '/cart',
        release: `2026.11.${index % 3}`,
      },
    });
  return [together(pick(modes, index), times(4, report)), awaited(report(4))];
}

/** What nobody should send, and what the shop cannot fulfil. */
function troubles(): Journey[] {
  const reused = order(basketOf(1));
  const line = (sku: string) => ({ orderId: randomUUID(), lines: [{ sku, quantity: 1 }] });
  return [
    ...times(5, () => [awaited(order(line(soldOut.sku), rejection(`out-of-stock:${soldOut.sku}`)))]),
    ...times(2, () => [single(order(line('unicorn'), rejection('unknown-product:unicorn')))]),
    // The poison: our own product data is wrong, and no attempt can succeed before somebody mends it.
    ...times(3, () => [awaited(order(line(unpriced.sku), failure))]),
    times(3, () => single(refused({ type: 'page.closed', data: { page: '/' } }, 'unknown-type'))),
    [single(refused({ type: 'user.registered', data: { userId: '17', email: 'ada@', name: '' } }, 'invalid-data'))],
    [
      together('array', [
        valid<ShopTypes>({ type: 'page.viewed', data: { page: '/', visitorId: randomUUID() } }),
        refused({ type: 'page.viewed', data: { page: '/?q=1', visitorId: randomUUID() } }, 'invalid-data'),
        refused({ type: 'error.reported', data: { name: 'Error', message: { $ne: null } } }, 'invalid-data'),
        refused({ type: 'order.status.changed', data: { orderId: randomUUID(), status: 'lost' } }, 'invalid-data'),
      ]),
    ],
    [
      awaited(reused),
      single(
        refused({ ...reused.event, data: { ...basketOf(2), customerId: randomUUID(), currency: 'EUR' } }, 'id-reused'),
      ),
    ],
  ];
}

/** Every journey of the demo, mixed, so that all kinds travel at the same time. */
export function makeJourneys(): Journey[] {
  const kinds = [times(20, browses), times(48, registers), times(40, buys), times(14, crashes), troubles()];
  const placed = kinds.flatMap((journeys) =>
    journeys.map((journey, index) => ({ journey, at: (index + 0.5) / journeys.length })),
  );
  return placed.sort((a, b) => a.at - b.at).map(({ journey }) => journey);
}
