import * as z from 'zod';
import { DuplicateKeyError, defineEvent, rejected } from '#sluice';

/**
 * Rejected: the business says no. That is a result and not a failure: the sender hears the reason, nothing that the handler
 * wrote stays, and nobody has to look at it. A unique index decides who comes first, also between runs at the same time.
 */
export default defineEvent({
  type: 'seat.taken',
  summary: 'Somebody took a seat; one that is taken is refused',
  data: z.strictObject({
    row: z.int().min(1).max(40),
    seat: z.int().min(1).max(30),
    guest: z.string().min(1).max(100),
  }),
  example: { row: 3, seat: 12, guest: 'Ada' },
  collections: { seats: { unique: [['row', 'seat']] } },

  async handle({ data }, context) {
    if (data.row === 13) return rejected('no-such-row');
    try {
      await context.collection('seats').insertOne(data);
    } catch (error) {
      if (error instanceof DuplicateKeyError) return rejected('seat-taken');
      throw error;
    }
    return { row: data.row, seat: data.seat };
  },
});
