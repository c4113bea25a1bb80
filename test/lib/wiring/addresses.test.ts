import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../lib/core/config.ts';
import { withAddresses } from '../../../lib/wiring/addresses.ts';
import { silentLog } from '../../support/log.ts';
import { memorySecrets } from '../../support/memory-secrets.ts';

const named = { MONGODB_URI: 'secret:sluice/prod/mongodb-uri', REDIS_URL: 'secret:sluice/prod:SecretString:redis' };
const good = { MONGODB_URI: 'mongodb+srv://u:hunter2@h', REDIS_URL: 'rediss://u:hunter2@h' };
const configOf = (over: Record<string, string> = {}) =>
  readConfig(['mongodb', 'redis'], { SERVICE: 'sluice', STAGE: 'prod', ...named, ...over });

describe('addresses', () => {
  test('that stand in the environment are taken as they are, and no store is asked', async () => {
    const config = configOf(good);
    const read = await withAddresses(config, silentLog, () => {
      throw new Error('asked');
    });
    expect(read).toBe(config);
  });

  test('of which secrets are named are read, all at once', async () => {
    const secrets = memorySecrets(good);
    const read = await withAddresses(configOf(), silentLog, (asked) => {
      expect(Object.fromEntries(asked)).toEqual({
        MONGODB_URI: { id: 'sluice/prod/mongodb-uri', key: undefined },
        REDIS_URL: { id: 'sluice/prod', key: 'redis' },
      });
      return secrets;
    });
    expect(read).toMatchObject({ ...good, STAGE: 'prod' });
    expect(secrets.reads).toEqual([['MONGODB_URI', 'REDIS_URL']]);
  });

  test('are read again each for itself, by the same rules', async () => {
    const secrets = memorySecrets(good);
    const { renew } = await withAddresses(configOf(), silentLog, () => secrets);
    secrets.values.set('REDIS_URL', 'rediss://u:hunter3@h');
    expect(await renew?.REDIS_URL?.(good.REDIS_URL)).toBe('rediss://u:hunter3@h');
    secrets.values.set('MONGODB_URI', 'mongodb://u:hunter3@h');
    expect(await renew?.MONGODB_URI?.(good.MONGODB_URI)).toBeUndefined();
    expect(secrets.reads.slice(1)).toEqual([['REDIS_URL'], ['MONGODB_URI']]);
  });

  test.each([
    [{ ...good, REDIS_URL: 'redis://u:hunter2@h' }, 'REDIS_URL, of the secret sluice/prod (key redis), is without TLS'],
    [
      { ...good, MONGODB_URI: 'mongodb://u:hunter2@h' },
      'MONGODB_URI, of the secret sluice/prod/mongodb-uri, is without TLS',
    ],
    [{ ...good, MONGODB_URI: 'hunter2' }, 'of the secret sluice/prod/mongodb-uri, must begin with mongodb://'],
    [{ MONGODB_URI: good.MONGODB_URI }, 'REDIS_URL, of the secret sluice/prod (key redis), is missing'],
  ])(
    'that may not be used are told by variable and secret, and never with a part of them: %j',
    async (values, fault) => {
      const reading = withAddresses(configOf(), silentLog, () => memorySecrets(values));
      await expect(reading).rejects.toMatchObject({ code: 'invalid-config', message: expect.stringContaining(fault) });
      await expect(reading).rejects.not.toThrow(/hunter/);
    },
  );

  test('without TLS are taken where the stage allows them by name', async () => {
    const plain = { MONGODB_URI: 'mongodb://h', REDIS_URL: 'redis://h' };
    const reading = withAddresses(configOf({ WITHOUT_TLS: 'mongodb,redis' }), silentLog, () => memorySecrets(plain));
    expect(await reading).toMatchObject(plain);
  });

  test('that cannot be read are an outage', async () => {
    const secrets = Object.assign(memorySecrets(good), { silent: true });
    await expect(withAddresses(configOf(), silentLog, () => secrets)).rejects.toMatchObject({ retryable: true });
  });
});
