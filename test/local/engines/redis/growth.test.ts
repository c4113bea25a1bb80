import { expect, test } from 'vitest';
import { commands } from '../../../../local/engines/redis/commands/table.ts';
import { globMatch } from '../../../../local/engines/redis/glob.ts';
import { boundedCommands, growingCommands } from './growth/growing-command.ts';
import { allowed, growthOf, nameOf } from './growth/growth-of.ts';

const [SMALL, LARGE] = [500, 20_000];
/** Once linear, or so often sent that it would be noticed. `growth.long.test.ts` measures all, in larger stores. */
const everyDay = new Set([
  'LPUSH k a',
  'LPOP k',
  'SPOP k',
  'SRANDMEMBER k',
  'DBSIZE',
  'SSCAN k 0',
  'ZADD k 1 new:1',
  'LTRIM k 1 -2',
]);

for (const command of growingCommands.filter(({ title }) => everyDay.has(title)))
  test(`${command.title} takes no longer where more is stored`, async () => {
    expect(await growthOf(command, SMALL, LARGE)).toBeLessThan(allowed(command.order, SMALL, LARGE));
  });

test('the growth of every command is measured, or it has none', () => {
  const measured = new Set(growingCommands.map(nameOf));
  expect(Object.keys(commands).filter((name) => !measured.has(name) && !boundedCommands.has(name))).toEqual([]);
});

test('a pattern with many stars does not try each way to share a key out among them', () => {
  // Tried one after another these would be more than there are atoms.
  expect(globMatch(`${'a*'.repeat(200)}b`, 'a'.repeat(10_000))).toBe(false);
  expect(globMatch(`${'*a'.repeat(200)}*b`, `${'a'.repeat(10_000)}b`)).toBe(true);
});
