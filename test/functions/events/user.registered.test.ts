import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import userRegistered from '../../../functions/events/user.registered.ts';
import { schemaCases } from '../../support/schema-cases.ts';

schemaCases(userRegistered, {
  accepted: [
    ['a user without locale and consent', { locale: undefined, marketingConsent: undefined }],
    ['a name of any script', { name: '李小龙 🐉' }],
    ['a locale with a script', { locale: 'zh-Hant-TW' }],
    ['a locale with a region of the UN', { locale: 'es-419' }],
    ['an id in capitals', { userId: '0B6F1D5E-3C52-4F5E-9A67-5F0D3B1C8E21' }],
  ],
  refused: [
    ['no e-mail', { email: undefined }],
    ['an e-mail without a domain', { email: 'ada@' }],
    ['an e-mail with a space', { email: 'ada @example.com' }],
    ['an e-mail too long for RFC 5321', { email: `${'a'.repeat(250)}@example.com` }],
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a name without end', { name: 'a'.repeat(201) }],
    ['an id that is no UUID', { userId: '17' }],
    ['a locale in the spelling of POSIX', { locale: 'en_GB' }],
    ['consent in words', { marketingConsent: 'yes' }],
  ],
});

const world = testing([userRegistered]);
afterAll(world.close);
const ada = userRegistered.example;

describe('registering', () => {
  test('opens an account, counts it, and hands back the address as it is kept', async () => {
    const shop = world.tenant();
    const data = { ...ada, email: 'Ada.Lovelace@Example.COM' };
    expect(await shop.handle(userRegistered, { data, recordedtime: '2026-11-23T12:00:00.000Z' })).toEqual({
      outcome: 'succeeded',
      result: { userId: ada.userId, email: 'ada.lovelace@example.com' },
    });
    expect(await shop.redis.counter('registrations', '2026-11-23')).toBe(1);
    expect(await shop.find('users')).toEqual([
      {
        userId: ada.userId,
        email: 'ada.lovelace@example.com',
        name: 'Ada Lovelace',
        locale: 'en-GB',
        marketingConsent: true,
        registeredAt: new Date('2026-11-23T12:00:00Z'),
      },
    ]);
  });

  test('no consent means none', async () => {
    const shop = world.tenant();
    await shop.handle(userRegistered, { data: { userId: ada.userId, email: ada.email, name: ada.name } });
    expect(await shop.find('users')).toMatchObject([{ locale: 'en', marketingConsent: false }]);
  });

  test.each([
    ['a taken address in another spelling', { userId: randomUUID(), email: 'ADA.lovelace@example.com' }, 'email-taken'],
    ['a known user with another address', { email: 'ada@example.org' }, 'user-exists'],
  ])('%s is rejected, and nothing changes', async (_, change, reason) => {
    const shop = world.tenant();
    await shop.handle(userRegistered, { data: ada });
    expect(await shop.handle(userRegistered, { data: { ...ada, ...change } })).toEqual({ outcome: 'rejected', reason });
    expect(await shop.find('users')).toMatchObject([{ userId: ada.userId, email: 'ada.lovelace@example.com' }]);
  });

  test('the same address may register with another tenant', async () => {
    for (const shop of [world.tenant(), world.tenant()])
      expect(await shop.handle(userRegistered, { data: ada })).toMatchObject({ outcome: 'succeeded' });
  });

  test('of ten that take one address at once, one gets it', async () => {
    const shop = world.tenant();
    const all = await Promise.all(
      Array.from({ length: 10 }, () => shop.handle(userRegistered, { data: { ...ada, userId: randomUUID() } })),
    );
    expect(all.map(({ outcome }) => outcome).sort()).toEqual([...Array(9).fill('rejected'), 'succeeded']);
    expect(await shop.find('users')).toHaveLength(1);
  });
});
