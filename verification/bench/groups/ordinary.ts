import type { Group } from '../group.ts';
import { ORDINARY } from '../harness/event-folder.ts';
import { ordinary } from '../harness/events.ts';
import { ratio } from '../statistics.ts';
import { consumerOf, costs, type Load, overToday, peerOf, todayOf, warmSizesOf } from './contenders.ts';

const load: Load = { type: ORDINARY, size: 10, make: () => ordinary() };
const rows = {
  powertools: 'ordinary handler ×10 / Powertools (batch, parser, idempotency: at least once)',
  raw: 'ordinary handler ×10 / bare bulk write, which keeps nothing',
  bullmq: 'ordinary handler ×10 / BullMQ, with the fetching of its jobs',
  today: 'ordinary handler ×10 / today',
};

export const ordinaryGroup: Group = {
  name: 'ordinary',
  shows: 'a consumer of the ordinary handler, CPU an event over that of others',
  rows: [
    { name: rows.powertools, now: 3.3, goal: { atMost: 0.7 }, unit: 'times' },
    { name: rows.raw, now: 14.7, goal: { atMost: 4 }, unit: 'times' },
    { name: rows.bullmq, now: 3.4, goal: null, unit: 'times' },
    { name: rows.today, now: 1, goal: null, unit: 'times' },
  ],
  async run(world) {
    const { rounds, count } = warmSizesOf(world);
    const arms = {
      sluice: await consumerOf(world, 'present', load, count),
      powertools: await peerOf(world, 'powertools', load, count),
      raw: await peerOf(world, 'raw', load, count),
      bullmq: world.redisIsEmbedded ? undefined : await peerOf(world, 'bullmq', load, count),
      today: await todayOf(world, load, count),
    };
    const { sluice, powertools, raw, bullmq, today } = await costs(world, arms, rounds, 'ordinary handler');
    return {
      [rows.powertools]: ratio(sluice, powertools),
      [rows.raw]: ratio(sluice, raw),
      [rows.bullmq]: bullmq
        ? ratio(sluice, bullmq)
        : { leftOut: 'BullMQ needs a redis-server: it uses what the embedded Redis does not have' },
      [rows.today]: overToday(world, sluice, today),
    };
  },
};
