import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { defineEvent, secret } from '#sluice';

/**
 * Settings: they are declared here, checked before the first event, and typed in `context.env`. The value of a secret stands
 * in no template and in no function's configuration: on a stage it is in the Parameter Store, on this machine in `.env.local`.
 */
export default defineEvent({
  type: 'link.asked',
  summary: 'Somebody asked for a link that only we can have made',
  data: z.strictObject({ path: z.string().startsWith('/') }),
  example: { path: '/reports/2026' },
  env: { LINK_KEY: secret(z.string().min(16)), LINK_ORIGIN: z.url().default('https://www.example.com') },

  async handle({ data }, context) {
    const { LINK_KEY, LINK_ORIGIN } = context.env;
    const signature = createHmac('sha256', LINK_KEY).update(data.path).digest('base64url');
    return { link: `${LINK_ORIGIN}${data.path}?signature=${signature}` };
  },
});
