import { expect, test } from 'vitest';
import { timeLimit } from '../../../lib/consume/within-time.ts';
import { systemClock } from '../../../lib/wiring/clock.ts';

const SOON_MS = 5;
const HOUR_MS = 3_600_000;
const never = () => new Promise<never>(() => undefined);

test('what takes too long is not waited for, and is told so by its signal', async () => {
  const limit = timeLimit(7, SOON_MS, systemClock);
  let told: AbortSignal | undefined;
  const work = limit.within((signal) => {
    told = signal;
    return never();
  });
  await expect(work).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('7') });
  expect(told?.aborted).toBe(true);
  expect(told?.reason).toMatchObject({ code: 'timeout' });
  limit.end();
});

test('turns share the time: one that has ended hears nothing of its end, and what comes after it does not begin', async () => {
  const limit = timeLimit(7, SOON_MS, systemClock);
  const signals: AbortSignal[] = [];
  const keep = (signal: AbortSignal) => void signals.push(signal);
  expect(await limit.within(async (signal) => keep(signal))).toBeUndefined();
  const slow = limit.within((signal) => {
    keep(signal);
    return never();
  });
  await expect(slow).rejects.toMatchObject({ code: 'timeout' });
  await expect(limit.within(async (signal) => keep(signal))).rejects.toMatchObject({ code: 'timeout' });
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  limit.end();
});

test('what the work throws is thrown, and no timer is left behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const limit = timeLimit(7, HOUR_MS, systemClock);
  expect(timers()).toBe(before + 1);
  await expect(limit.within(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  limit.end();
  expect(timers()).toBe(before);
});
