import * as z from 'zod';
import { DuplicateKeyError, defineEvent, rejected } from '#sluice';

export interface User {
  userId: string;
  /** In lower case, so that no two spellings of one address register twice. */
  email: string;
  name: string;
  locale: string;
  marketingConsent: boolean;
  registeredAt: Date;
}

export default defineEvent({
  type: 'user.registered',
  summary: 'A visitor opened an account; an e-mail address opens one only',
  data: z.strictObject({
    userId: z.uuid(),
    email: z.email().max(254),
    name: z.string().min(1).max(200),
    /** BCP 47: a language, perhaps a script and a region. */
    locale: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/)
      .optional(),
    marketingConsent: z.boolean().optional(),
  }),
  example: {
    userId: '0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21',
    email: 'ada.lovelace@example.com',
    name: 'Ada Lovelace',
    locale: 'en-GB',
    marketingConsent: true,
  },
  collections: { users: { unique: [['userId'], ['email']], indexes: [['-registeredAt']] } },
  projections: { registrations: { kind: 'counter', keepDays: 400 } },

  async handle({ data, recordedtime }, context) {
    const user: User = {
      userId: data.userId.toLowerCase(),
      email: data.email.toLowerCase(),
      name: data.name,
      locale: data.locale ?? 'en',
      marketingConsent: data.marketingConsent ?? false,
      registeredAt: new Date(recordedtime),
    };
    try {
      await context.collection<User>('users').insertOne(user);
    } catch (error) {
      if (error instanceof DuplicateKeyError)
        return rejected(error.fields.includes('email') ? 'email-taken' : 'user-exists');
      throw error;
    }
    context.project('registrations').incrby(recordedtime.slice(0, 10), 1);
    return { userId: user.userId, email: user.email };
  },
});
