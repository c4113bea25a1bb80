import * as z from 'zod';
import { defineEvent } from '#sluice';

interface Door {
  doorId: string;
  open: boolean;
  changes: number;
}

/**
 * Ordered: the events of one door run one after another, as they were accepted, and those of other doors beside them. One
 * that comes back is waited for by those behind it, so the last change always wins.
 */
export default defineEvent({
  type: 'door.changed',
  summary: 'A door was opened or closed',
  data: z.strictObject({ doorId: z.string().min(1).max(64), open: z.boolean() }),
  example: { doorId: 'north', open: true },
  collections: { doors: { unique: [['doorId']] } },
  orderedBy: ({ doorId }) => doorId,

  async handle({ data: { doorId, open } }, context) {
    const doors = context.collection<Door>('doors');
    await doors.updateOne({ doorId }, { $set: { open }, $inc: { changes: 1 } }, { upsert: true });
    return { doorId, open };
  },
});
