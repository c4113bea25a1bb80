import { z } from 'zod';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { olderData } from '../../lib/sdk/older-data.ts';

/** What `parcel.sent` had before: one name, and of another older form a number by which nobody is known any more. */
export const named = z.strictObject({ name: z.string() });
export const numbered = z.strictObject({ no: z.number(), pin: z.string().meta({ sensitive: true }) });

/** An event type whose data has been changed twice, so that neither older form fits. */
export const changed = defineEvent({
  type: 'parcel.sent',
  summary: 'Somebody sent it',
  data: z.strictObject({ first: z.string(), last: z.string() }),
  example: { first: 'Ada', last: 'Lovelace' },
  upcast: [
    olderData({
      data: named,
      example: { name: 'Ada Lovelace' },
      to({ name }) {
        if (name === '') throw new TypeError('nobody');
        const [first = '', last = ''] = name.split(' ');
        return { first, last };
      },
    }),
    olderData({
      data: numbered,
      example: { no: 7, pin: 'p' },
      to: ({ no }) => ({ first: `No ${no}`, last: 'unknown' }),
    }),
  ],
  handle: async () => undefined,
});
