import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import visitBooked from '../../../examples/handlers/sensitive.ts';

const world = testing([visitBooked]);
afterAll(world.close);
const guest = { name: 'Ada Lovelace', email: 'ada@example.com' };
const data = { ...visitBooked.example, guest };

test('what is sensitive is kept, and masked in what the handler says', async () => {
  const tenant = world.tenant();
  expect(await tenant.handle(visitBooked, { data })).toMatchObject({ outcome: 'succeeded' });
  expect(await tenant.find('visits')).toMatchObject([{ guest }]);
  expect(tenant.log).toEqual([
    {
      level: 'info',
      message: 'a visit of [sensitive]',
      details: { data: { ...data, guest: { name: '[sensitive]', email: '[sensitive]' } } },
    },
  ]);
});

test('a sender whose data is wrong does not read it again', async () => {
  const sending = world.tenant().handle(visitBooked, { data: { ...data, guest: { ...guest, email: 'ada' } } });
  await expect(sending).rejects.toThrow('#/data/guest does not have the form email');
});

test('a failure says what helps, without the guest', async () => {
  const tenant = world.tenant();
  expect(await tenant.handle(visitBooked, { data: { ...data, seats: 13 } })).toMatchObject({ outcome: 'thrown' });
  expect(JSON.stringify(tenant.log)).not.toMatch(/ada/i);
});
