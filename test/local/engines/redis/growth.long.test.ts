import { expect, test } from 'vitest';
import { growingCommands } from './growth/growing-command.ts';
import { allowed, growthOf } from './growth/growth-of.ts';

const [SMALL, LARGE] = [1000, 100_000];

test('from 1,000 to 100,000 the time of each command grows by its documented order at most', async () => {
  const rows: string[] = [];
  const tooSlow: string[] = [];
  for (const command of growingCommands) {
    const growth = await growthOf(command, SMALL, LARGE);
    rows.push(`${command.order.padEnd(12)} x ${growth.toFixed(1).padStart(6)}  ${command.title}`);
    if (growth > allowed(command.order, SMALL, LARGE)) tooSlow.push(rows.at(-1) ?? '');
  }
  console.log(rows.join('\n'));
  expect(tooSlow).toEqual([]);
});
