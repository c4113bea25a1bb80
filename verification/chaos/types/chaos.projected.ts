import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineEvent } from '#sluice';

/** Leaves one document, and in Redis a part of a structure of each kind. */
export default defineEvent({
  type: 'chaos.projected',
  summary: 'An effect that shows in every kind of projection',
  data: z.strictObject({
    key: z.string(),
    amount: z.int().min(1).max(9),
    /** Milliseconds of work. */
    work: z.int().min(0).max(2000).optional(),
    /** Needs Redis before it is settled. */
    reads: z.boolean().optional(),
  }),
  example: { key: 'a', amount: 1 },
  collections: { effects: {} },
  projections: {
    'projected-total': { kind: 'counter' },
    'projected-events': { kind: 'hash' },
    'projected-amounts': { kind: 'sorted-set' },
    'projected-estimate': { kind: 'hyperloglog' },
    'projected-members': { kind: 'set', keepDays: 1 },
  },
  queue: { timeout: 3, batchSize: 10 },
  retry: { attempts: 3, base: 1, cap: 1 },
  async handle({ id, data: { key, amount, work, reads } }, context) {
    if (reads) await context.redis.counter('projected-total', key);
    await context.collection('effects').insertOne({ event: id });
    if (work) await wait(work, undefined, { signal: context.signal });
    context.project('projected-total').incrby(key, amount);
    context.project('projected-events').hincrby(key, id, 1);
    context.project('projected-amounts').zincrby(key, amount, `of-${amount}`);
    context.project('projected-estimate').pfadd(key, id);
    context.project('projected-members').sadd(key, id);
    return undefined;
  },
});
