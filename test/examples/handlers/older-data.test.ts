import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import memberJoined from '../../../examples/handlers/older-data.ts';

const world = testing([memberJoined]);
afterAll(world.close);

const now = { first: 'Ada', last: 'King Lovelace' };
const before = { name: 'Ada King Lovelace' };

test('what was accepted before runs as what it has become', async () => {
  const club = world.tenant();
  expect(await club.handleOlder(memberJoined, { data: before })).toEqual({ outcome: 'succeeded', result: now });
  expect(await club.find('members')).toEqual([now]);
});

test('at the door the form of now alone is taken', async () => {
  const club = world.tenant();
  expect(await club.handle(memberJoined, { data: now })).toMatchObject({ outcome: 'succeeded' });
  // @ts-expect-error data of before
  await expect(club.handle(memberJoined, { data: before })).rejects.toThrow('#/data');
});

test('what never had this form is refused as ever', async () => {
  await expect(world.tenant().handleOlder(memberJoined, { data: { title: 'x' } })).rejects.toThrow('#/data');
});
