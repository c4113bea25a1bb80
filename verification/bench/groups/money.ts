import { chunksOf } from '../../../lib/core/chunks-of.ts';
import type { Group } from '../group.ts';
import type { Work } from '../harness/arm-order.ts';
import { ORDINARY, TOGETHER } from '../harness/event-folder.ts';
import { batches, ordinary, together } from '../harness/events.ts';
import type { World } from '../harness/world.ts';
import { dollarsOfAMillion, type Usage } from '../money.ts';
import { summed } from '../statistics.ts';
import { type Load, sizesOf } from './contenders.ts';

/** What a function has on every stage of deploy/stages/, in GB. */
const FUNCTION_GB = 1;
const rows = {
  single: 'money, posted one by one, ordinary handler ×10',
  array: 'money, posted in arrays of 100, handleBatch ×100',
};

export const moneyGroup: Group = {
  name: 'money',
  shows: 'list prices of AWS for what was measured: requests, bytes, milliseconds; without the databases',
  rows: [
    { name: rows.single, now: null, goal: null, unit: '$ a million' },
    { name: rows.array, now: null, goal: null, unit: '$ a million' },
  ],
  async run(world) {
    return {
      [rows.single]: await priced(world, { type: ORDINARY, size: 10, make: () => ordinary() }, 1),
      [rows.array]: await priced(world, { type: TOGETHER, size: 100, make: together }, 100),
    };
  },
};

/** @param posted events of a request */
async function priced(world: World, load: Load, posted: number) {
  world.progress(`counting what ${load.type} costs in money`);
  const { rounds, count } = sizesOf(world, 20);
  const database = await world.database('present');
  const order = { database, type: load.type, logs: true, side: 'present' } as const;
  const ingest = await world.start({ ...order, arm: 'ingest', entry: 'ingest' });
  const consumer = await world.start({ ...order, arm: 'consumer', entry: 'consume' });
  const dollars: number[] = [];
  for (let round = -1; round < rounds.rounds; round++) {
    const events = batches(count, load.size, load.make).flat();
    const requests: Work = chunksOf(events, posted);
    const logged = ingest.printedBytes() + consumer.printedBytes();
    world.sink.taken();
    world.sink.requests();
    await ingest.prepare(requests);
    const taken = await ingest.turn();
    const handed = chunksOf(world.sink.taken(), load.size);
    const sent = world.sink.requests();
    await consumer.prepare(handed);
    const settled = await consumer.turn();
    const usage: Usage = {
      events: settled.events,
      httpRequests: requests.length,
      // Each batch is received by one request and deleted by another.
      sqsRequests: sent + world.sink.requests() + 2 * handed.length,
      invocations: requests.length + handed.length,
      gbSeconds: ((taken.ms + settled.ms) / 1000) * FUNCTION_GB,
      logBytes: ingest.printedBytes() + consumer.printedBytes() - logged,
    };
    // The first round compiles and connects.
    if (round >= 0) dollars.push(dollarsOfAMillion(usage));
  }
  await Promise.all([ingest.end(), consumer.end()]);
  return summed(dollars, 'milliseconds of this machine; every batch full; TLS and cold starts not among them');
}
