import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import doorChanged from '../../../examples/handlers/ordered.ts';

const world = testing([doorChanged]);
afterAll(world.close);

test('the last change of each door wins', async () => {
  const house = world.tenant();
  const change = (doorId: string, open: boolean) => ({ data: { doorId, open } });
  const handled = await house.handleBatch(doorChanged, [
    change('north', true),
    change('south', true),
    change('north', false),
  ]);
  expect(handled.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(await house.find('doors', { sort: 'doorId' })).toEqual([
    { doorId: 'north', open: false, changes: 2 },
    { doorId: 'south', open: true, changes: 1 },
  ]);
});

test('events of one door are kept in order, those of two need not be', () => {
  const groupOf = (doorId: string, open: boolean) => doorChanged.orderedBy?.({ doorId, open });
  expect(groupOf('north', true)).toBe(groupOf('north', false));
  expect(groupOf('north', true)).not.toBe(groupOf('south', true));
});
