import * as z from 'zod';
import { defineEvent, olderData } from '#sluice';

/**
 * Older data: the type has kept its name, and its data has another form. What was accepted before runs, and is replayed, as what it
 * has become; at the door the form of now alone is taken.
 */
export default defineEvent({
  type: 'member.joined',
  summary: 'Somebody became a member; once they had one name',
  data: z.strictObject({ first: z.string(), last: z.string() }),
  example: { first: 'Ada', last: 'Lovelace' },
  upcast: [
    olderData({
      data: z.strictObject({ name: z.string() }),
      example: { name: 'Ada Lovelace' },
      to({ name }) {
        const [first = '', ...others] = name.split(' ');
        return { first, last: others.join(' ') };
      },
    }),
  ],
  collections: { members: {} },

  async handle({ data }, context) {
    await context.collection('members').insertOne({ ...data });
    return data;
  },
});
