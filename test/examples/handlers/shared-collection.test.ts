import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import parcelWeighed from '../../../examples/handlers/retry-later.ts';
import parcelAnnounced from '../../../examples/handlers/shared-collection.ts';

const world = testing([parcelAnnounced, parcelWeighed]);
afterAll(world.close);

const { parcelId } = parcelAnnounced.example;

test('two event types write the same documents, and declare them once', async () => {
  const depot = world.tenant();
  await depot.handle(parcelAnnounced, { data: { parcelId } });
  await depot.handle(parcelWeighed, { data: { parcelId, grams: 420 } });
  expect(await depot.find('parcels')).toEqual([{ parcelId, state: 'announced', grams: 420 }]);
  expect(parcelAnnounced.collections.parcels).toBe(parcelWeighed.collections.parcels);
});

test('a parcel is announced once', async () => {
  const depot = world.tenant();
  await depot.handle(parcelAnnounced, { data: { parcelId } });
  const again = await depot.handle(parcelAnnounced, { data: { parcelId } });
  expect(again).toEqual({ outcome: 'rejected', reason: 'parcel-known' });
});
