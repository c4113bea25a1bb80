import { chunksOf } from '../../../lib/core/chunks-of.ts';
import type { Group } from '../group.ts';
import { ORDINARY } from '../harness/event-folder.ts';
import { batches, ordinary } from '../harness/events.ts';
import type { World } from '../harness/world.ts';
import { ratio } from '../statistics.ts';
import { consumerOf, costs, type Load, sizesOf } from './contenders.ts';

const TENANTS = 10;
const load: Load = { type: ORDINARY, size: 10, make: () => ordinary() };
const row = 'ordinary handler ×10, ten tenants in a batch / one';

export const tenantsGroup: Group = {
  name: 'tenants',
  shows: 'batches in which each event is of another tenant',
  rows: [{ name: row, now: null, goal: { atMost: 4 }, unit: 'times' }],
  async run(world) {
    const { rounds, count } = sizesOf(world, 40);
    const one = await consumerOf(world, 'present', load, count);
    const ten = { ...(await consumerOf(world, 'present', load, count)), work: () => ofTenants(world, count) };
    const { one: single, ten: mixed } = await costs(world, { one, ten }, rounds, 'tenants');
    return { [row]: ratio(mixed, single) };
  },
};

/** One event of each tenant in each batch. */
async function ofTenants(world: World, count: number): Promise<string[][]> {
  const texts: string[][] = [];
  for (let tenant = 0; tenant < TENANTS; tenant++)
    texts.push(await world.messages('present', batches(count, 1, load.make).flat(), `tenant-${tenant}`));
  return chunksOf(
    Array.from({ length: count }, (_, batch) => texts.flatMap((own) => own[batch] ?? [])).flat(),
    TENANTS,
  );
}
