import { randomUUID } from 'node:crypto';
import type { Example } from '../../local/commands/demo/example.ts';
import { failure } from '../../local/commands/demo/plan.ts';
import { effectsReader, estimated, expectedEffects } from './effects.ts';
import { unpriced } from './seed.ts';
import { basketOf, makeJourneys, order } from './visits.ts';

/** What the demo sends where the shop's event types are declared. */
export const example: Example = {
  types: ['error.reported', 'order.placed', 'order.status.changed', 'page.viewed', 'user.registered'],
  journeys: makeJourneys,
  effects: { estimated, expected: expectedEffects, reader: effectsReader },
  story: {
    fresh: freshOrders(),
    broken: () => {
      const orderId = randomUUID();
      const event = order({ orderId, lines: [{ sku: unpriced.sku, quantity: 1 }] }, failure);
      const mended = { ...(event.event.data as object), lines: [{ sku: 'desk-lamp', quantity: 1 }] };
      return { event, why: `An order of a ${unpriced.sku}, which has no price yet`, mended };
    },
  },
};

/** One order after another, each of other products than the one before it. */
function freshOrders() {
  let made = 0;
  return () => order(basketOf(made++));
}
