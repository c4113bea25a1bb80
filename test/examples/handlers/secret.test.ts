import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import linkAsked from '../../../examples/handlers/secret.ts';

const world = testing([linkAsked]);
afterAll(world.close);
const env = { LINK_KEY: 'sixteen letters.' };

test('the link is signed with the secret, and the default holds for what is not set', async () => {
  const tenant = world.tenant();
  const first = await tenant.handle(linkAsked, { data: { path: '/a' } }, { env });
  expect(first).toEqual({
    outcome: 'succeeded',
    result: { link: expect.stringMatching(/^https:\/\/www\.example\.com\/a\?signature=[\w-]{43}$/) },
  });
  const other = { ...env, LINK_KEY: 'another sixteen letters.' };
  expect(await tenant.handle(linkAsked, { data: { path: '/a' } }, { env: other })).not.toEqual(first);
});

test('without the secret nothing runs, and what is missing is named, but never a value', async () => {
  const running = world.tenant().handle(linkAsked, { data: { path: '/a' } }, { env: { LINK_KEY: 'short' } });
  await expect(running).rejects.toThrow(/link\.asked\.ts: LINK_KEY is too short/);
  await expect(running).rejects.not.toThrow(/"?short"/);
  await expect(world.tenant().handle(linkAsked, { data: { path: '/a' } })).rejects.toThrow('LINK_KEY is missing');
});
