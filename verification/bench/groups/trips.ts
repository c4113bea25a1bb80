import type { Group } from '../group.ts';
import { MEETING, ORDINARY, TOGETHER } from '../harness/event-folder.ts';
import { meeting, ordinary, together } from '../harness/events.ts';
import type { World } from '../harness/world.ts';
import { summed } from '../statistics.ts';
import { consumerOf, type Load, sizesOf, stock } from './contenders.ts';
import { type Counts, startCounting } from './counted.ts';

const FEW = 8;
const MANY = 2000;
const rows = {
  mongo: 'ordinary handler ×10: round trips to MongoDB',
  redis: 'two updates and an insert ×10: calls of Redis',
  aborts: 'two updates and an insert ×10 over 8 documents: aborted transactions',
  together: 'handleBatch ×100: calls of Redis',
};

/**
 * Counted on the wire; what a script does inside is no call. A busy machine changes little of it, but not nothing: how long handlers take may
 * decide how a consumer runs them.
 */
export const tripsGroup: Group = {
  name: 'trips',
  shows: 'what a consumer asks of its stores, counted on the wire',
  rows: [
    { name: rows.mongo, now: 3.1, goal: { atMost: 0.5 }, unit: 'an event' },
    { name: rows.redis, now: 5, goal: { atMost: 1.5 }, unit: 'an event' },
    { name: rows.aborts, now: 0.88, goal: { atMost: 0.1 }, unit: 'an event' },
    { name: rows.together, now: 5, goal: null, unit: 'an event' },
  ],
  async run(world) {
    const ordinaryCounts = await counted(world, { type: ORDINARY, size: 10, make: () => ordinary() });
    const many = await counted(world, { type: MEETING, size: 10, make: () => meeting(MANY) }, MANY);
    const few = await counted(world, { type: MEETING, size: 10, make: () => meeting(FEW) }, FEW);
    const batched = await counted(world, { type: TOGETHER, size: 100, make: together });
    return {
      [rows.mongo]: summed(ordinaryCounts.map(({ mongo }) => mongo)),
      [rows.redis]: summed(many.map(({ redis }) => redis)),
      [rows.aborts]: summed(few.map(({ aborts }) => aborts)),
      [rows.together]: summed(batched.map(({ redis }) => redis)),
    };
  },
};

/** @param parts of which there is to be enough */
async function counted(world: World, load: Load, parts = 0): Promise<Counts[]> {
  world.progress(`counting what ${load.type} asks of its stores`);
  const { rounds, count } = sizesOf(world, 20);
  const counting = await startCounting(world);
  const contender = await consumerOf(world, 'present', load, count, counting.over);
  if (parts > 0) await stock(world, contender.database, parts);
  const counts: Counts[] = [];
  try {
    // The first turn connects.
    await counting.turn(contender);
    while (counts.length < rounds.rounds) counts.push(await counting.turn(contender));
  } finally {
    await contender.arm.end();
    await counting.stop();
  }
  return counts;
}
