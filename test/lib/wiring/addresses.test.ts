import { MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { makeClient } from '../../../lib/adapters/redis/make-client.ts';
import { readConfig } from '../../../lib/core/config.ts';
import { withAddresses } from '../../../lib/wiring/addresses.ts';
import { silentLog } from '../../support/log.ts';
import { memorySecrets } from '../../support/memory-secrets.ts';

const named = { MONGODB_URI: 'secret:sluice/prod/mongodb-uri', REDIS_URL: 'secret:sluice/prod:SecretString:redis' };
const good = { MONGODB_URI: 'mongodb+srv://u:hunter2@h', REDIS_URL: 'rediss://u:hunter2@h' };
/** As the drivers take an address. */
const take = {
  REDIS_URL: (url: string) => makeClient({ url, cluster: false, timeoutMs: 1000 }).disconnect(),
  MONGODB_URI: (uri: string) => void new MongoClient(uri),
};
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

  // What people paste: a password as a generator made it. A driver would say it whole, or fail each call, or end the process.
  test.each([
    ['REDIS_URL', 'rediss://u:hunter2/1@h:6379'],
    ['REDIS_URL', 'rediss://:hunter2#1@h:6379'],
    ['REDIS_URL', 'rediss://:hunter2?1@h'],
    ['REDIS_URL', 'rediss://:hunter2%1@h'],
    ['REDIS_URL', 'rediss://h:hunter2:6379'],
    ['MONGODB_URI', 'mongodb+srv://u:hunter2/1@h'],
    ['MONGODB_URI', 'mongodb+srv://u:hunter2:1@h'],
    ['MONGODB_URI', 'mongodb+srv://u:hunter2@1@h'],
    ['MONGODB_URI', 'mongodb+srv://u:hunter2%1@h'],
    ['MONGODB_URI', 'mongodb+srv://hunter2#:1@h'],
  ] as const)(
    'that no driver could read are told so, and never taken, at a start or later: %s %s',
    async (name, text) => {
      expect(() => take[name](text)).toThrow();
      const reading = withAddresses(configOf(), silentLog, () => memorySecrets({ ...good, [name]: text }));
      await expect(reading).rejects.toMatchObject({
        code: 'invalid-config',
        message: expect.stringMatching(new RegExp(`^${name}, of the secret .* percent-encoded`)),
      });
      await expect(reading).rejects.not.toThrow(/hunter/);
      expect(() => configOf({ [name]: text })).toThrow(new RegExp(`${name} .*percent-encoded`));
      const secrets = memorySecrets(good);
      const { renew } = await withAddresses(configOf(), silentLog, () => secrets);
      secrets.values.set(name, text);
      expect(await renew?.[name]?.(good[name])).toBeUndefined();
    },
  );

  test.each([
    ['REDIS_URL', 'rediss://u:p%2F%23%3F%25%40ss-._~!@h:6380/1'],
    ['MONGODB_URI', 'mongodb+srv://u:p%2F%23%3F%25%40ss-._~!@h.example.com/db?appName=a'],
    ['MONGODB_URI', 'mongodb://u:p@h1:27017,h2:27018,[::1]:27019/?replicaSet=rs&tls=true'],
    ['MONGODB_URI', 'mongodb://h/?tls=true'],
    ['MONGODB_URI', 'mongodb://h/?tls=true&appName=My App'],
    ['MONGODB_URI', 'mongodb://u:@%2Ftmp%2Fmongodb-27017.sock/?tls=true'],
    ['REDIS_URL', 'rediss://:p@[::1]:6380'],
    ['REDIS_URL', 'rediss://h?password=p@ss'],
  ] as const)('that a driver reads are taken: %s %s', async (name, text) => {
    expect(() => take[name](text)).not.toThrow();
    const values = { ...good, [name]: text };
    expect(await withAddresses(configOf(), silentLog, () => memorySecrets(values))).toMatchObject(values);
  });

  // Its driver would go to the host `u`.
  test.each(['rediss://u:12345/1@h:6379', 'rediss://u:12345#1@h', 'rediss://u:12345?1@h'])(
    'of Redis whose password ends what was to be a host are not taken: %s',
    async (url) => {
      expect(() => take.REDIS_URL(url)).not.toThrow();
      expect(() => configOf({ REDIS_URL: url })).toThrow(/REDIS_URL .*percent-encoded/);
    },
  );

  test.each(['rediss://h:99999', 'rediss://h1:6379,h2:6379', 'rediss://u:p@'])(
    'without a host or a port that is one are told so, and not of a password alone: %s',
    async (url) =>
      expect(() => configOf({ REDIS_URL: url })).toThrow('REDIS_URL cannot be read: its host or port is none'),
  );

  test('that end with a line are told so', async () => {
    const values = { ...good, REDIS_URL: `${good.REDIS_URL}\n` };
    const reading = withAddresses(configOf(), silentLog, () => memorySecrets(values));
    await expect(reading).rejects.toThrow('has a space or the end of a line in it');
  });

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
