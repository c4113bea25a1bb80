import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import seatTaken from '../../../examples/handlers/rejected.ts';

const world = testing([seatTaken]);
afterAll(world.close);

const { example } = seatTaken;

test('a seat is taken once', async () => {
  const hall = world.tenant();
  expect(await hall.handle(seatTaken, { data: example })).toEqual({
    outcome: 'succeeded',
    result: { row: 3, seat: 12 },
  });
  const another = await hall.handle(seatTaken, { data: { ...example, guest: 'Grace' } });
  expect(another).toEqual({ outcome: 'rejected', reason: 'seat-taken' });
  expect(await hall.find('seats')).toEqual([example]);
});

test('of several who take one seat at once, one gets it', async () => {
  const hall = world.tenant();
  const guests = ['Ada', 'Grace', 'Alan', 'Edsger'];
  const all = await Promise.all(guests.map((guest) => hall.handle(seatTaken, { data: { ...example, guest } })));
  expect(all.map(({ outcome }) => outcome).toSorted()).toEqual(['rejected', 'rejected', 'rejected', 'succeeded']);
  expect(await hall.find('seats')).toHaveLength(1);
});

test('a row that is not there is refused', async () => {
  const handled = await world.tenant().handle(seatTaken, { data: { ...example, row: 13 } });
  expect(handled).toEqual({ outcome: 'rejected', reason: 'no-such-row' });
});
