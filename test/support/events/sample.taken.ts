import * as z from 'zod';
import { defineEvent } from '#sluice';

/** Many at a time become one document for each day and series; there is no result. */
export default defineEvent({
  type: 'sample.taken',
  summary: 'A probe took a sample of a series',
  data: z.strictObject({ series: z.string().min(1).max(200), probe: z.string().min(1).max(64) }),
  example: { series: 'temperature', probe: 'probe-1' },
  collections: {
    samples: { unique: [['day', 'series']], expire: { field: 'lastAt', afterSeconds: 30 * 24 * 3600 } },
  },
  projections: {
    'samples-of-series': { kind: 'hash', keepDays: 30 },
    probes: { kind: 'hyperloglog', keepDays: 30 },
  },
  queue: { batchSize: 100, batchWindow: 1, concurrency: 10 },

  async handleBatch(events, context) {
    for (const event of events) {
      const day = event.recordedtime.slice(0, 10);
      context.project('samples-of-series', event).hincrby(day, event.data.series, 1);
      context.project('probes', event).pfadd(day, event.data.probe);
    }
    const groups = Map.groupBy(events, ({ recordedtime, data }) => `${recordedtime.slice(0, 10)} ${data.series}`);
    // Always in the same order, so that no two batches wait for each other.
    const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
    await context.collection('samples').bulkWrite(
      sorted.map(([group, members]) => ({
        updateOne: {
          filter: { day: group.slice(0, 10), series: group.slice(11) },
          update: {
            $inc: { count: members.length },
            $max: {
              lastAt: new Date(members.map(({ recordedtime }) => recordedtime).reduce((a, b) => (a > b ? a : b))),
            },
          },
          upsert: true,
        },
      })),
    );
    return undefined;
  },
});
