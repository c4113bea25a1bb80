import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineEvent } from '#sluice';

/** Takes as long as the longest wait, and a little more or less; says in which process it runs. */
export default defineEvent({
  type: 'chaos.slow',
  summary: 'An effect that is long in coming',
  data: z.strictObject({ work: z.int().min(0).max(27_000) }),
  example: { work: 0 },
  collections: { effects: {} },
  queue: { timeout: 28, batchSize: 5 },
  async handle({ id, data: { work } }, context) {
    console.log(JSON.stringify({ level: 'INFO', message: 'begun', event: id, pid: process.pid }));
    await wait(work, undefined, { signal: context.signal });
    await context.collection('effects').insertOne({ event: id });
    return { slow: id };
  },
});
