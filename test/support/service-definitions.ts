import { z } from 'zod';
import { defineEvent } from '../../lib/sdk/define-event.ts';

/** Two definitions whose options are none of the defaults. */
export const plain = defineEvent({
  type: 'stock.seen',
  summary: 'Somebody looked',
  data: z.strictObject({ part: z.string() }),
  example: { part: 'lamp' },
  queue: { batchSize: 25, batchWindow: 2, concurrency: 7, timeout: 5 },
  handle: async () => undefined,
});
export const ordered = defineEvent({
  type: 'stock.moved',
  summary: 'Somebody moved it',
  data: z.strictObject({ part: z.string() }),
  example: { part: 'lamp' },
  orderedBy: ({ part }) => part,
  handle: async () => undefined,
});
