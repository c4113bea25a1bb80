import * as z from 'zod';
import { DuplicateKeyError, defineEvent, rejected } from '#sluice';

/** The ordinary handler: one document with two unique indexes, a way to be rejected, a counter. */
export default defineEvent({
  type: 'entry.made',
  summary: 'Somebody made an entry in a book; an address has one',
  data: z.strictObject({
    entry: z.uuid(),
    address: z.email().max(254),
    name: z.string().min(1).max(200),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/)
      .optional(),
    consent: z.boolean().optional(),
    /** Whether whoever runs it is to fail. */
    fails: z.boolean().optional(),
  }),
  example: { entry: '0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21', address: 'ada@example.com', name: 'Ada' },
  collections: { entries: { unique: [['entry'], ['address']], indexes: [['-at']] } },
  projections: { 'entries-made': { kind: 'counter', keepDays: 400 } },

  async handle({ data, recordedtime }, context) {
    const { fails, ...given } = data;
    if (fails) throw new Error('this entry fails, as it was told to');
    const entry = {
      ...given,
      address: given.address.toLowerCase(),
      language: given.language ?? 'en',
      consent: given.consent ?? false,
      at: new Date(recordedtime),
    };
    try {
      await context.collection('entries').insertOne(entry);
    } catch (error) {
      if (error instanceof DuplicateKeyError)
        return rejected(error.fields.includes('address') ? 'address-taken' : 'entry-exists');
      throw error;
    }
    context.project('entries-made').incrby(recordedtime.slice(0, 10), 1);
    return { entry: entry.entry, address: entry.address };
  },
});
