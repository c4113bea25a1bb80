import * as z from 'zod';
import { defineEvent } from '#sluice';

/**
 * Batch: up to 100 events become one write, in one transaction. When a batch throws, its events run one by one, so one bad
 * event harms no other. Results come in the order of the events.
 */
export default defineEvent({
  type: 'meter.read',
  summary: 'A meter was read',
  data: z.strictObject({ meterId: z.string().min(1).max(64), units: z.int().min(0).max(1_000_000) }),
  example: { meterId: 'meter-1', units: 12 },
  collections: { meters: { unique: [['meterId']] } },
  queue: { batchSize: 100, batchWindow: 1 },

  async handleBatch(events, context) {
    const groups = Map.groupBy(events, ({ data }) => data.meterId);
    // Always in one order, so that no two batches wait for each other.
    const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
    await context.collection('meters').bulkWrite(
      sorted.map(([meterId, readings]) => ({
        updateOne: {
          filter: { meterId },
          update: {
            $inc: { readings: readings.length, units: readings.reduce((sum, { data }) => sum + data.units, 0) },
          },
          upsert: true,
        },
      })),
    );
    return events.map(({ data }) => ({ meterId: data.meterId }));
  },
});
