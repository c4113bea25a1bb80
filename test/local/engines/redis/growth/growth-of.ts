import { commands } from '../../../../../local/engines/redis/commands/table.ts';
import { execute } from '../../../../../local/engines/redis/execute.ts';
import { LuaMachine } from '../../../../../local/engines/redis/lua/machine.ts';
import { State } from '../../../../../local/engines/redis/state.ts';
import type { GrowingCommand, Order } from './growing-command.ts';

const ROUNDS_A_BATCH = 20;
const BATCHES = 9;
/** Beyond what caches and the collector make of more memory; a command of the next order is at least twice as far off. */
const SLACK = 8;
/** So short that the clock and the collector are all that was seen. */
const NOTHING_MS = 0.02;

export const nameOf = ({ run }: GrowingCommand): string => run(0, 2)[0]?.toLowerCase() ?? '';

/** Two stores, a small and a large one, so that both are measured in turns. */
async function prepared(command: GrowingCommand, size: number) {
  const state = new State(await machine(), { record: false, clusterRules: false });
  const context = { commands, state, session: state.open('', () => undefined) };
  context.session.protocol = 3;
  for (const words of command.prepare(size)) execute(context, words);
  let round = 0;
  return (rounds: number): number => {
    const calls = Array.from({ length: rounds }, () => command.run(round++, size));
    const start = performance.now();
    for (const words of calls) execute(context, words);
    return performance.now() - start;
  };
}

let shared: Promise<LuaMachine> | undefined;
function machine(): Promise<LuaMachine> {
  shared ??= LuaMachine.start();
  return shared;
}

/** @returns how many times as long a command takes when so much more is stored: the least of several batches of each */
export async function growthOf(command: GrowingCommand, small: number, large: number): Promise<number> {
  const [few, many] = [await prepared(command, small), await prepared(command, large)];
  const rounds = command.order === 'linear' ? 3 : ROUNDS_A_BATCH;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let batch = 0; batch < BATCHES; batch++) {
    least = Math.min(least, few(rounds));
    most = Math.min(most, many(rounds));
  }
  return Math.max(most, NOTHING_MS) / Math.max(least, NOTHING_MS);
}

/** @returns how many times as long it may take */
export function allowed(order: Order, small: number, large: number): number {
  const grown = { constant: 1, logarithmic: Math.log(large) / Math.log(small), linear: large / small };
  return grown[order] * (order === 'linear' ? 3 : SLACK);
}
