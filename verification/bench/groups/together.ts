import type { Group } from '../group.ts';
import { TOGETHER } from '../harness/event-folder.ts';
import { together } from '../harness/events.ts';
import { ratio } from '../statistics.ts';
import { consumerOf, costs, type Load, overToday, peerOf, sizesOf, todayOf } from './contenders.ts';

const load: Load = { type: TOGETHER, size: 100, make: together };
const rows = {
  raw: 'handleBatch ×100 / bare bulk write, which keeps nothing',
  powertools: 'handleBatch ×100 / Powertools, one record at a time',
  today: 'handleBatch ×100 / today',
};

export const togetherGroup: Group = {
  name: 'together',
  shows: 'a consumer of many at a time',
  rows: [
    { name: rows.raw, now: 10.5, goal: { atMost: 4 }, unit: 'times' },
    { name: rows.powertools, now: 0.69, goal: null, unit: 'times' },
    { name: rows.today, now: 1, goal: null, unit: 'times' },
  ],
  async run(world) {
    const { rounds, count } = sizesOf(world, 20);
    const arms = {
      sluice: await consumerOf(world, 'present', load, count),
      raw: await peerOf(world, 'raw', load, count),
      powertools: await peerOf(world, 'powertools', load, count),
      today: await todayOf(world, load, count),
    };
    const { sluice, raw, powertools, today } = await costs(world, arms, rounds, 'many at a time');
    return {
      [rows.raw]: ratio(sluice, raw),
      [rows.powertools]: ratio(sluice, powertools),
      [rows.today]: overToday(world, sluice, today),
    };
  },
};
