import type { Arm } from '../harness/arm.ts';
import { TOGETHER } from '../harness/event-folder.ts';
import { batches, ordinary } from '../harness/events.ts';
import { postAll } from '../harness/posts.ts';
import type { Stack } from '../harness/stack.ts';
import type { World } from '../harness/world.ts';

interface Counts {
  /** Events before those that count. */
  before: number;
  few: number;
  connections: number;
}

/** Events a second of the arm that has nothing between queue and database. */
export const bareLoop = (world: World, stack: Stack, { before, few }: Counts): Promise<number> =>
  onEngines(world, stack, 'bare', async (arm) => {
    const perSecond = async (count: number): Promise<number> => {
      await arm.prepare(batches(count / 10, 10, () => ordinary()));
      const { events, ms } = await arm.turn();
      return events / (ms / 1000);
    };
    await perSecond(before);
    return perSecond(few);
  });

/** The same where each event is a request. */
export const bareDoor = (world: World, stack: Stack, { before, few, connections }: Counts): Promise<number> =>
  onEngines(world, stack, 'bare-door', async (arm) => {
    if (arm.url === undefined) throw new Error('a server has an address');
    const url = new URL(arm.url);
    const perSecond = async (count: number): Promise<number> => {
      const work = batches(count, 1, () => ordinary());
      await arm.prepare(work);
      const [{ events, ms }] = await Promise.all([arm.turn(), postAll(url, {}, work.flat(), connections)]);
      return events / (ms / 1000);
    };
    await perSecond(before);
    return perSecond(few);
  });

async function onEngines(
  world: World,
  { mongoUri, sqsEndpoint }: Stack,
  name: 'bare' | 'bare-door',
  measure: (arm: Arm) => Promise<number>,
): Promise<number> {
  const arm = await world.start({ arm: name, database: 'bare', type: TOGETHER, mongoUri, sqsEndpoint });
  try {
    return await measure(arm);
  } finally {
    await arm.end();
  }
}
