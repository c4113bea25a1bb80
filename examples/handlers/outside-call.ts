import * as z from 'zod';
import { defineEvent, PermanentError, RetryLaterError } from '#sluice';

const answer = z.object({ messageId: z.string() });

/**
 * A call to the outside: it cannot be taken back with the transaction, and after a crash the event runs again. So the
 * service is given a key by which it knows the second call for the first, and the call ends after 5 s, or with the run.
 * Where it answers is a setting, so that a test can put a server of its own in its place.
 */
export default defineEvent({
  type: 'greeting.asked',
  summary: 'Somebody asked for a greeting by text message',
  data: z.strictObject({ to: z.string().regex(/^\+\d{8,15}$/), text: z.string().min(1).max(160) }),
  example: { to: '+4915112345678', text: 'Hello' },
  collections: { greetings: { unique: [['messageId']] } },
  env: { MESSAGES_URL: z.url().default('https://messages.example.com/v1/messages') },
  queue: { timeout: 10 },

  async handle({ data }, context) {
    const response = await fetch(context.env.MESSAGES_URL, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': context.idempotencyKey },
      body: JSON.stringify(data),
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(5000)]),
    });
    if (response.status === 429 || response.status === 503)
      throw new RetryLaterError(response.headers.get('retry-after') ?? 60, 'the message service is busy', {
        code: 'message-service-busy',
      });
    if (response.status >= 400 && response.status < 500)
      throw new PermanentError(`the message was refused with ${response.status}`, { code: 'message-refused' });
    if (!response.ok) throw new Error(`the message service answered ${response.status}`);
    const { messageId } = answer.parse(await response.json());
    await context.collection('greetings').insertOne({ messageId, to: data.to });
    context.log.info('sent', { messageId });
    return { messageId };
  },
});
