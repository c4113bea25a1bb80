import { z } from 'zod';
import { defineEvent } from '#sluice';

/** Events of one key take effect one after another; the document of the key holds them in that order. */
export default defineEvent({
  type: 'chaos.ordered',
  summary: 'An effect whose place can be seen',
  data: z.strictObject({ key: z.string(), seq: z.int().min(0) }),
  example: { key: 'a', seq: 0 },
  collections: { sequences: { unique: [['key']] } },
  orderedBy: ({ key }) => key,
  queue: { timeout: 3, batchSize: 10 },
  retry: { attempts: 3, base: 1, cap: 1 },
  async handle({ data: { key, seq } }, context) {
    await context
      .collection<{ key: string; seqs: number[] }>('sequences')
      .updateOne({ key }, { $push: { seqs: seq } }, { upsert: true });
    return undefined;
  },
});
