import * as z from 'zod';
import { DuplicateKeyError, defineEvent, rejected } from '#sluice';
import { type Parcel, parcels } from '../common/parcels.ts';

/**
 * Shared collection: what two event types declare alike lies in a file of its own, with the type of the documents. Both write
 * the same documents; `retry-later.ts` is the other.
 */
export default defineEvent({
  type: 'parcel.announced',
  summary: 'A parcel will come',
  data: z.strictObject({ parcelId: z.uuid() }),
  example: { parcelId: '7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d33' },
  collections: { parcels },

  async handle({ data: { parcelId } }, context) {
    try {
      await context.collection<Parcel>('parcels').insertOne({ parcelId, state: 'announced' });
    } catch (error) {
      if (error instanceof DuplicateKeyError) return rejected('parcel-known');
      throw error;
    }
    return { parcelId };
  },
});
