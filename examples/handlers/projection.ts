import * as z from 'zod';
import { defineEvent } from '#sluice';

/**
 * Projection: what is counted or ranked again and again is kept in Redis, once for each event, and can be rebuilt from the
 * records. It is applied after the event is settled: a handler reads what was there before its own event.
 */
export default defineEvent({
  type: 'song.played',
  summary: 'Somebody played a song to its end',
  data: z.strictObject({
    song: z.string().min(1).max(200),
    listener: z.string().min(1).max(64),
    seconds: z.int().min(1),
  }),
  example: { song: 'Blue', listener: 'listener-1', seconds: 180 },
  projections: {
    'seconds-played': { kind: 'counter', keepDays: 30 },
    'top-songs': { kind: 'sorted-set' },
    listeners: { kind: 'hyperloglog', keepDays: 30 },
  },

  async handle({ data: { song, listener, seconds }, recordedtime }, context) {
    const day = recordedtime.slice(0, 10);
    context.project('seconds-played').incrby(day, seconds);
    context.project('top-songs').zincrby('all-time', 1, song);
    context.project('listeners').pfadd(day, listener);
    const [top] = await context.redis.sortedSet('top-songs', 'all-time', 1);
    return { topUntilNow: top?.member ?? null };
  },
});
