import * as z from 'zod';
import { DuplicateKeyError, defineEvent, rejected } from '#sluice';

/** Of which there is a limited number. */
export interface Part {
  part: string;
  left: number;
  price: number;
}

/** What meets: an update of each part that it takes, a document, two projections. */
export default defineEvent({
  type: 'parts.taken',
  summary: 'Somebody took parts from a shelf, as long as there are any',
  data: z.strictObject({
    taking: z.uuid(),
    by: z.uuid(),
    unit: z.string().regex(/^[A-Z]{3}$/),
    lines: z
      .array(
        z.strictObject({
          part: z
            .string()
            .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
            .max(64),
          pieces: z.int().min(1).max(999),
        }),
      )
      .min(1)
      .max(50),
  }),
  example: {
    taking: '5f0c7a52-8a0b-4e6f-9d0e-3a1f6f6f2b10',
    by: '0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21',
    unit: 'EUR',
    lines: [{ part: 'part-1', pieces: 1 }],
  },
  collections: {
    takings: {
      unique: [['taking']],
      indexes: [
        ['by', '-at'],
        ['state', '-at'],
      ],
    },
    parts: { unique: [['part']] },
  },
  projections: {
    'parts-taken': { kind: 'sorted-set', keepDays: 400 },
    'value-taken': { kind: 'counter', keepDays: 400 },
  },

  async handle({ data, recordedtime }, context) {
    const lines = [];
    // Always in one order, so that no two of them wait for each other.
    for (const { part, pieces } of data.lines.toSorted((a, b) => (a.part < b.part ? -1 : 1))) {
      const taken = await context
        .collection<Part>('parts')
        .findOneAndUpdate({ part, left: { $gte: pieces } }, { $inc: { left: -pieces } });
      if (!taken) return rejected(`none-left:${part}`);
      lines.push({ part, pieces, value: taken.price * pieces });
    }
    const value = lines.reduce((sum, line) => sum + line.value, 0);
    const at = new Date(recordedtime);
    try {
      await context
        .collection('takings')
        .insertOne({ taking: data.taking, by: data.by, state: 'taken', lines, value, at, history: [{ at }] });
    } catch (error) {
      if (error instanceof DuplicateKeyError) return rejected('taken-before');
      throw error;
    }
    const day = recordedtime.slice(0, 10);
    for (const { part, pieces } of lines) {
      context.project('parts-taken').zincrby(day, pieces, part);
      context.project('parts-taken').zincrby('all-time', pieces, part);
    }
    context.project('value-taken').incrby(`${day}:${data.unit}`, value);
    return { taking: data.taking, state: 'taken', value };
  },
});
