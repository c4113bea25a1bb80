import { afterAll, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import meterRead from '../../../examples/handlers/batch.ts';

const world = testing([meterRead]);
afterAll(world.close);

test('readings are added up, whatever batch they come in', async () => {
  const site = world.tenant();
  const reading = (meterId: string, units: number) => ({ data: { meterId, units } });
  const handled = await site.handleBatch(meterRead, [reading('b', 1), reading('a', 2), reading('b', 3)]);
  expect(handled.map((one) => 'result' in one && one.result)).toEqual([
    { meterId: 'b' },
    { meterId: 'a' },
    { meterId: 'b' },
  ]);
  await site.handleBatch(meterRead, [reading('a', 5)]);
  expect(await site.find('meters', { sort: 'meterId' })).toEqual([
    { meterId: 'a', readings: 2, units: 7 },
    { meterId: 'b', readings: 2, units: 4 },
  ]);
});
