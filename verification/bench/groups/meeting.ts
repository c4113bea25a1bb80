import type { Group } from '../group.ts';
import { MEETING } from '../harness/event-folder.ts';
import { meeting } from '../harness/events.ts';
import { ratio } from '../statistics.ts';
import { consumerOf, costs, type Load, overToday, peerOf, stock, todayOf, warmSizesOf } from './contenders.ts';

const MANY = 2000;
const FEW = 8;
const loadOf = (parts: number): Load => ({ type: MEETING, size: 10, make: () => meeting(parts) });
const rows = {
  powertools: 'two updates and an insert ×10 over 2,000 documents / Powertools (at least once)',
  today: 'two updates and an insert ×10 over 2,000 documents / today',
  hot: 'two updates and an insert ×10, over 8 documents / over 2,000',
};

export const meetingGroup: Group = {
  name: 'meeting',
  shows: 'handlers of one batch that write the same documents',
  rows: [
    { name: rows.powertools, now: 2.1, goal: { atMost: 0.8 }, unit: 'times' },
    { name: rows.today, now: 1, goal: null, unit: 'times' },
    { name: rows.hot, now: 1.7, goal: { atMost: 1.1 }, unit: 'times' },
  ],
  async run(world) {
    const { rounds, count } = warmSizesOf(world);
    const arms = {
      many: await consumerOf(world, 'present', loadOf(MANY), count),
      few: await consumerOf(world, 'present', loadOf(FEW), count),
      powertools: await peerOf(world, 'powertools', loadOf(MANY), count),
      today: await todayOf(world, loadOf(MANY), count),
    };
    await stock(world, arms.many.database, MANY);
    await stock(world, arms.few.database, FEW);
    await stock(world, arms.powertools.database, MANY);
    if (arms.today) await stock(world, arms.today.database, MANY);
    const { many, few, powertools, today } = await costs(world, arms, rounds, 'handlers that meet');
    return {
      [rows.powertools]: ratio(many, powertools),
      [rows.today]: overToday(world, many, today),
      [rows.hot]: ratio(few, many),
    };
  },
};
