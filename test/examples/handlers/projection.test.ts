import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import songPlayed from '../../../examples/handlers/projection.ts';

const world = testing([songPlayed]);
afterAll(world.close);

test('what was played is counted and ranked, and each event reads what was there before it', async () => {
  const radio = world.tenant();
  const play = async (song: string, listener: string) =>
    radio.handle(songPlayed, { data: { song, listener, seconds: 100 }, recordedtime: '2026-11-23T12:00:00.000Z' });
  expect(await play('Blue', 'one')).toEqual({ outcome: 'succeeded', result: { topUntilNow: null } });
  await play('Red', 'two');
  await play('Red', 'one');
  expect(await play('Blue', 'two')).toEqual({ outcome: 'succeeded', result: { topUntilNow: 'Red' } });
  expect(await radio.redis.counter('seconds-played', '2026-11-23')).toBe(400);
  expect(await radio.redis.sortedSet('top-songs', 'all-time')).toEqual([
    { member: 'Red', score: 2 },
    { member: 'Blue', score: 2 },
  ]);
  expect(await radio.redis.hyperloglog('listeners', '2026-11-23')).toBe(2);
});
