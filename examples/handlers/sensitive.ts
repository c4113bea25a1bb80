import * as z from 'zod';
import { defineEvent, PermanentError } from '#sluice';

/**
 * Sensitive fields: what a schema marks by `.meta({ sensitive: true })` is shown to keys with `failures:read` alone. In log lines, errors
 * and reasons its values are masked, so that a handler may say what helps without thinking of who reads it.
 */
export default defineEvent({
  type: 'visit.booked',
  summary: 'A guest has booked a visit',
  data: z.strictObject({
    visitId: z.uuid(),
    guest: z.strictObject({ name: z.string().min(1).max(100), email: z.email() }).meta({ sensitive: true }),
    seats: z.int().min(1).max(20),
  }),
  example: {
    visitId: '2f4b1c9e-8d3a-4e5f-9b6a-7c1d2e3f4a5b',
    guest: { name: 'A guest', email: 'guest@example.com' },
    seats: 2,
  },
  collections: { visits: { unique: [['visitId']] } },

  async handle({ data }, context) {
    context.log.info(`a visit of ${data.guest.name}`, { data });
    if (data.seats > 12) throw new PermanentError(`no room for ${data.guest.email} and others`, { code: 'no-room' });
    await context.collection('visits').insertOne(data);
    return { visitId: data.visitId };
  },
});
