import { z } from 'zod';
import { DependencyError } from '../../../lib/core/errors.ts';
import type { Context } from '../../../lib/sdk/context.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';
import { rejected } from '../../../lib/sdk/result.ts';

/** What is different after somebody has looked at the failures. */
export interface Mood {
  mended: boolean;
}

export const deeds = ['throw', 'throw-once', 'permanent', 'reject', 'outage'] as const;

const data = z.strictObject({ name: z.string(), group: z.string(), does: z.enum(deeds).optional() });
type Data = z.infer<typeof data>;

const base = {
  summary: 'An effect that can be counted, however often its process dies',
  data,
  example: { name: 'a', group: 'a' },
  collections: { effects: { unique: [['name']] } },
  projections: { seen: { kind: 'hash' } },
  retry: { attempts: 3, base: 1, cap: 2 },
  // Of less a joint run has no part.
  queue: { timeout: 6 },
} as const;

/** A run of the same event that is not at its end yet is in the way of this one. */
const leaveEffect = (context: Pick<Context, 'collection'>, name: string) =>
  context
    .collection<{ name: string; count: number }>('effects')
    .updateOne({ name }, { $inc: { count: 1 } }, { upsert: true });

/** One event at a time, all of a batch together, and in order. */
export function definitionsOf(mood: Mood) {
  const handle = async ({ data: { name, does } }: { data: Data }, context: Context) => {
    if (does === 'throw-once' && context.attempt === 1) throw new Error('told to, once');
    if (does === 'outage' && !mood.mended) throw new DependencyError('mongodb', 'told to');
    if (does === 'reject') return rejected('told to');
    if (does === 'throw' && !mood.mended) throw new Error('told to');
    if (does === 'permanent' && !mood.mended) throw new PermanentError('told to');
    await leaveEffect(context, name);
    context.project('seen').hincrby('all', name, 1);
    return { name };
  };
  return {
    single: defineEvent({ ...base, type: 'crash.single', handle }),
    ordered: defineEvent({ ...base, type: 'crash.ordered', orderedBy: ({ group }) => group, handle }),
    together: defineEvent({
      ...base,
      type: 'crash.together',
      async handleBatch(events, context) {
        if (!mood.mended && events.some(({ data: { does } }) => does === 'permanent'))
          throw new PermanentError('told to');
        for (const event of events) {
          await leaveEffect(context, event.data.name);
          context.project('seen', event).hincrby('all', event.data.name, 1);
        }
        return undefined;
      },
    }),
  };
}

export type Kind = keyof ReturnType<typeof definitionsOf>;
