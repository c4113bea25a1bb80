import type { Log } from '../sdk/log.ts';
import { codeOf, DependencyError } from './errors.ts';

/**
 * Goes on when Redis fails: a warning, because the adapter has logged and counted an error reply as what it is. Anything else is a fault of ours.
 * @returns undefined when it failed
 */
export async function withoutRedis<Value>(
  log: Log,
  without: string,
  act: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await act();
  } catch (error) {
    const details = { code: codeOf(error), error };
    if (error instanceof DependencyError) log.warn(`without Redis: ${without}`, details);
    else log.error(`a fault beside Redis: ${without}`, details);
    return undefined;
  }
}
