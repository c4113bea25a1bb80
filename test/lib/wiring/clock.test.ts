import { expect, test } from 'vitest';
import { systemClock } from '../../../lib/wiring/clock.ts';

const HOUR_MS = 3_600_000;

test('a sleep ends when its time is over', async () => {
  const began = performance.now();
  await systemClock.sleep(20);
  // A timer of Node may come a millisecond early.
  expect(performance.now() - began).toBeGreaterThanOrEqual(19);
});

test('a sleep that is cut short ends at once, without an error, and leaves no timer', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const cut = new AbortController();
  const sleeping = systemClock.sleep(HOUR_MS, cut.signal);
  expect(timers()).toBe(before + 1);
  cut.abort();
  await sleeping;
  expect(timers()).toBe(before);
});

test('who has been cut short already does not sleep', () => systemClock.sleep(HOUR_MS, AbortSignal.abort()));
