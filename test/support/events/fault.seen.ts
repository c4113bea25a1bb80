import * as z from 'zod';
import { defineEvent } from '#sluice';

/** Many at a time, each with a result of its own. */
export default defineEvent({
  type: 'fault.seen',
  summary: 'A probe met a fault; those of one name are a group',
  data: z.strictObject({ name: z.string().min(1).max(100), text: z.string().max(16_000).optional() }),
  example: { name: 'overheated', text: 'at 300 degrees' },
  collections: { faults: { unique: [['group']] } },
  projections: { 'faults-by-hour': { kind: 'hash', keepDays: 30 } },
  queue: { batchSize: 100, batchWindow: 1, concurrency: 5 },

  async handleBatch(events, context) {
    const groupOf = ({ data }: (typeof events)[number]) => data.name.toLowerCase();
    for (const event of events)
      context
        .project('faults-by-hour', event)
        .hincrby(event.recordedtime.slice(0, 10), event.recordedtime.slice(11, 13), 1);
    const sorted = [...Map.groupBy(events, groupOf)].sort(([a], [b]) => (a < b ? -1 : 1));
    await context.collection('faults').bulkWrite(
      sorted.map(([group, members]) => ({
        updateOne: {
          filter: { group },
          update: {
            $setOnInsert: { name: members[0]?.data.name, ...(members[0]?.data.text && { text: members[0].data.text }) },
            $inc: { count: members.length },
          },
          upsert: true,
        },
      })),
    );
    return events.map((event) => ({ group: groupOf(event) }));
  },
});
