import { vi } from 'vitest';

/**
 * Waits until a check throws no more. On a busy machine it is slow in coming; only what never comes fails.
 * @param interval between two looks, in ms
 * @throws what the check threw last, after a minute and a half
 */
export const eventually = <Value>(check: () => Value | Promise<Value>, interval = 20): Promise<Value> =>
  vi.waitFor(check, { timeout: 90_000, interval });
