import * as z from 'zod';
import { DuplicateKeyError, defineEvent, rejected, secret } from '#sluice';

/** One document for each note: two unique indexes, two ways to be rejected, a counter, a secret that a stack may do without. */
export default defineEvent({
  type: 'note.kept',
  summary: 'Somebody kept a note; a title is given once',
  data: z.strictObject({
    noteId: z.uuid(),
    title: z.string().min(1).max(100),
    text: z.string().max(16_000).optional(),
  }),
  example: { noteId: '2f6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21', title: 'First' },
  collections: { notes: { unique: [['noteId'], ['title']] } },
  projections: { 'notes-kept': { kind: 'counter', keepDays: 30 } },
  env: { NOTES_SEAL: secret(z.string().length(3).optional()), NOTES_SHELF: z.string().default('first') },

  async handle({ data, recordedtime }, context) {
    const { NOTES_SEAL: seal, NOTES_SHELF: shelf } = context.env;
    const note = { ...data, title: data.title.toLowerCase(), shelf, ...(seal !== undefined && { seal }) };
    try {
      await context.collection('notes').insertOne(note);
    } catch (error) {
      if (error instanceof DuplicateKeyError)
        return rejected(error.fields.includes('title') ? 'title-taken' : 'note-exists');
      throw error;
    }
    context.project('notes-kept').incrby(recordedtime.slice(0, 10), 1);
    return { noteId: note.noteId, title: note.title };
  },
});
