import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import parcelWeighed from '../../../examples/handlers/retry-later.ts';

const world = testing([parcelWeighed]);
afterAll(world.close);

const data = parcelWeighed.example;
const { parcelId } = data;

test.each([
  [1, 20],
  [2, 40],
  [7, 1280],
])('at attempt %i a parcel that is not announced is waited for %i s', async (attempt, seconds) => {
  const handled = await world.tenant().handle(parcelWeighed, { data }, { attempt });
  expect(handled).toMatchObject({ outcome: 'thrown', kind: 'error', error: { code: 'parcel-unknown', seconds } });
});

test('when it is announced in between, the next attempt succeeds', async () => {
  const depot = world.tenant();
  const event = { id: 'weighed-once', data };
  expect(await depot.handle(parcelWeighed, event)).toMatchObject({ outcome: 'thrown' });
  await depot.insert('parcels', [{ parcelId, state: 'announced' }]);
  expect(await depot.handle(parcelWeighed, event)).toEqual({ outcome: 'succeeded', result: data });
  expect(await depot.find('parcels')).toEqual([{ parcelId, state: 'announced', grams: 420 }]);
});

test('for a lost parcel no other try can help, and its weight is not written', async () => {
  const depot = world.tenant();
  await depot.insert('parcels', [{ parcelId, state: 'lost' }]);
  const handled = await depot.handle(parcelWeighed, { data });
  expect(handled).toMatchObject({ outcome: 'thrown', kind: 'permanent', error: { code: 'parcel-lost' } });
  expect(await depot.find('parcels')).toEqual([{ parcelId, state: 'lost' }]);
});
