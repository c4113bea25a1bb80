import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineEvent, PermanentError } from '#sluice';

/** What the experiments send: each event leaves one document and one count in Redis, unless it is told to misbehave. */
export default defineEvent({
  type: 'chaos.counted',
  summary: 'An effect that can be counted',
  data: z.strictObject({
    /** Milliseconds of work. */
    work: z.int().min(0).max(2000).optional(),
    does: z.enum(['throw', 'throw-once', 'permanent', 'kill']).optional(),
    text: z.string().optional(),
  }),
  example: {},
  collections: { effects: {} },
  projections: { counted: { kind: 'hash' } },
  queue: { timeout: 2, batchSize: 10 },
  retry: { attempts: 10, base: 1, cap: 2 },
  async handle({ id, data }, context) {
    if (data.does === 'kill') process.kill(process.pid, 'SIGKILL');
    if (data.does === 'permanent') throw new PermanentError('told to');
    if (data.does === 'throw') throw new Error('told to');
    if (data.does === 'throw-once' && context.attempt === 1) throw new Error('told to, once');
    await context.collection('effects').insertOne({ event: id });
    if (data.work) await wait(data.work, undefined, { signal: context.signal });
    context.project('counted').hincrby('by-event', id, 1);
    return { counted: id };
  },
});
