import { z } from 'zod';
import { defineEvent } from '#sluice';

/** Takes any data and keeps it: what was sent can be compared with what came out. */
export default defineEvent({
  type: 'chaos.kept',
  summary: 'Any JSON at all',
  data: z.strictObject({ value: z.unknown() }),
  example: { value: 1 },
  collections: { kept: {} },
  queue: { timeout: 2, batchSize: 10 },
  async handle({ id, data }, context) {
    // A string goes into a document as it is; what MongoDB cannot hold as a value or a key goes as text.
    const text = typeof data.value === 'string' ? data.value : JSON.stringify(data.value);
    await context.collection('kept').insertOne({ event: id, text });
    return undefined;
  },
});
