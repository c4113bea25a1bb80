import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { ChaosStack } from './stack.ts';

/**
 * Kills one consumer after another; whoever takes its place starts cold.
 * @param seconds from one to the next at least, and at most twice as long
 * @returns how many were killed until `over` aborted
 */
export async function killNowAndThen(
  stack: ChaosStack,
  random: Random,
  seconds: number,
  over: AbortSignal,
): Promise<number> {
  let killed = 0;
  for (;;) {
    const pause = seconds * 1000 * (killed === 0 ? random.next() : 1 + random.next());
    await wait(pause, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return killed;
    const victims = stack.functionsOf('consume');
    if (victims.length === 0) continue;
    try {
      process.kill(random.pick(victims), 'SIGKILL');
      killed++;
    } catch {
      // It had ended by itself.
    }
  }
}
