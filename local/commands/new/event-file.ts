import { pascalCase } from '../../../lib/core/names.ts';

/** How the events of a type are handled: one by one, in order, or many at a time. */
export type Kind = 'plain' | 'ordered' | 'batch';

/** `cart.abandoned` -> `cartAbandoned` */
export const collectionOf = (type: string): string => {
  const words = pascalCase(type);
  return words.charAt(0).toLowerCase() + words.slice(1);
};

/** The text of an event file that holds as it is: schema, example, one collection, and a handler of its kind. */
export const eventFile = (type: string, kind: Kind): string => `${kinds[kind].imports}
export default defineEvent({
  type: '${type}',
  summary: 'What happened, in one sentence',
  data: z.strictObject({
    id: z.uuid(),
    note: z.string().min(1).max(500),
  }),
  example: { id: '5f0c7a52-8a0b-4e6f-9d0e-3a1f6f6f2b10', note: 'hello' },
  collections: { ${collectionOf(type)}: { unique: [['id']] } },
${kinds[kind].rest(collectionOf(type))}});
`;

const kinds: Readonly<Record<Kind, { imports: string; rest(collection: string): string }>> = {
  plain: {
    imports: `import { z } from 'zod';
import { DuplicateKeyError, defineEvent, rejected } from '#sluice';
`,
    rest: (collection) => `
  async handle({ data, recordedtime }, context) {
    const document = { ...data, at: new Date(recordedtime) };
    try {
      await context.collection('${collection}').insertOne(document);
    } catch (error) {
      if (error instanceof DuplicateKeyError) return rejected('id-taken');
      throw error;
    }
    return { id: data.id };
  },
`,
  },
  ordered: {
    imports: `import { z } from 'zod';
import { defineEvent } from '#sluice';

/** One document for each id, with the notes in the order in which they were accepted. */
interface Kept {
  id: string;
  notes: string[];
}
`,
    rest: (collection) => `  orderedBy: ({ id }) => id,

  async handle({ data: { id, note } }, context) {
    const kept = context.collection<Kept>('${collection}');
    await kept.updateOne({ id }, { $push: { notes: note } }, { upsert: true });
    return { id };
  },
`,
  },
  batch: {
    imports: `import { z } from 'zod';
import { defineEvent } from '#sluice';
`,
    rest: (collection) => `  queue: { batchSize: 100, batchWindow: 1 },

  async handleBatch(events, context) {
    const groups = Map.groupBy(events, ({ data }) => data.id);
    // Always in one order, so that no two batches wait for each other.
    const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
    await context.collection('${collection}').bulkWrite(
      sorted.map(([id, members]) => ({
        updateOne: { filter: { id }, update: { $inc: { count: members.length } }, upsert: true },
      })),
    );
    return events.map(({ data }) => ({ id: data.id }));
  },
`,
  },
};
