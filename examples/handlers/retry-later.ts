import * as z from 'zod';
import { defineEvent, PermanentError, RetryLaterError } from '#sluice';
import { type Parcel, parcels } from '../common/parcels.ts';

/**
 * Retry later: what this event needs may still come, so the handler says when to try again, each time a little later. Where
 * no other try can help it throws a PermanentError, and the event goes to the failure desk at once.
 */
export default defineEvent({
  type: 'parcel.weighed',
  summary: 'A parcel was weighed; it may not be announced yet',
  data: z.strictObject({ parcelId: z.uuid(), grams: z.int().min(1) }),
  example: { parcelId: '7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d33', grams: 420 },
  collections: { parcels },
  retry: { attempts: 8 },

  async handle({ data: { parcelId, grams } }, context) {
    const parcel = await context
      .collection<Parcel>('parcels')
      .findOneAndUpdate({ parcelId }, { $set: { grams } }, { returnDocument: 'after' });
    if (!parcel)
      throw new RetryLaterError(10 * 2 ** context.attempt, `parcel ${parcelId} is not announced yet`, {
        code: 'parcel-unknown',
      });
    if (parcel.state === 'lost') throw new PermanentError(`parcel ${parcelId} is lost`, { code: 'parcel-lost' });
    return { parcelId, grams };
  },
});
