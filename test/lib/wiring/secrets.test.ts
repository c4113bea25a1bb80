import { expect, test } from 'vitest';
import { readConfig } from '../../../lib/core/config.ts';
import { remedyIn, secretsOn } from '../../../lib/wiring/secrets.ts';

const here = readConfig(['secrets'], { SECRETS_IN: 'environment' });
const deployed = readConfig(['secrets'], {});

test('on this machine secrets are in the environment of the function, those that are asked for', async () => {
  const given = new Map([
    ['PARTNER_KEY', 'a'],
    ['PARTNER_URL', 'b'],
  ]);
  expect(await secretsOn(here, given).read(['PARTNER_KEY', 'OTHER'])).toEqual(new Map([['PARTNER_KEY', 'a']]));
});

test('where nothing says otherwise they are in the Parameter Store', () => {
  expect(deployed).toEqual({ SECRETS_IN: 'parameter-store', SECRETS_TIMEOUT_MS: 3000 });
});

test('what a person does about one is said in the words of where it is', () => {
  const given = new Map([['PARTNER_KEY', '/sluice/dev/PARTNER_KEY']]);
  const remedy = remedyIn(deployed, ['PARTNER_KEY'], given);
  expect(remedy(['PARTNER_KEY', 'PARTNER_URL'])).toBe(
    'store the SecureString /sluice/dev/PARTNER_KEY, deploy with a value of the parameter PARTNER_URL',
  );
  expect(remedyIn(here, ['PARTNER_KEY'], given)(['PARTNER_KEY'])).toBe('set it in .env.local and start again');
});
