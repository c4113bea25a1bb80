import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWatch } from '../../../../lib/adapters/mongo/budget.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

test('what takes longer than its budget is given up, and whoever began it hears so', async () => {
  const watch = createWatch();
  const givenUp = vi.fn();
  const ended = expect(watch.within(1000, never, 'entries', givenUp)).rejects.toMatchObject({
    code: 'mongodb-unavailable',
    message: expect.stringContaining('1000 ms'),
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(givenUp).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(givenUp).toHaveBeenCalledOnce();
  await ended;
});

test('each has its own time, whichever came first, with one timer at a time', async () => {
  const watch = createWatch();
  const given: string[] = [];
  const wait = (name: string, ms: number) => {
    watch.within(ms, never, name, () => given.push(name)).catch(() => undefined);
    expect(vi.getTimerCount()).toBe(1);
  };
  wait('long', 1000);
  wait('short', 10);
  await vi.advanceTimersByTimeAsync(10);
  expect(given).toEqual(['short']);
  wait('later', 500);
  await vi.advanceTimersByTimeAsync(500);
  expect(given).toEqual(['short', 'later']);
  await vi.advanceTimersByTimeAsync(490);
  expect(given).toEqual(['short', 'later', 'long']);
  expect(vi.getTimerCount()).toBe(0);
});

test('one after another share the timer of the first, which ends nothing that came later before its time', async () => {
  const watch = createWatch();
  const answered = vi.fn();
  for (const answer of [1, 2, 3]) {
    expect(await watch.within(1000, Promise.resolve(answer), 'entries', answered)).toBe(answer);
    await expect(watch.within(1000, Promise.reject(new Error('no')), 'entries', answered)).rejects.toThrow('no');
    await vi.advanceTimersByTimeAsync(300);
  }
  const givenUp = vi.fn();
  watch.within(1000, never, 'entries', givenUp).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(999);
  expect(givenUp).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(givenUp).toHaveBeenCalledOnce();
  expect(answered).not.toHaveBeenCalled();
});

test('no timer is longer than Node has, and after its end it can begin again', async () => {
  const watch = createWatch();
  for (const ms of [Number.POSITIVE_INFINITY, 2 ** 40])
    expect(await watch.within(ms, Promise.resolve('done'))).toBe('done');
  const began = Date.now();
  vi.advanceTimersToNextTimer();
  expect(Date.now() - began).toBe(2 ** 31 - 1);
  watch.end();
  const ended = expect(watch.within(10, never)).rejects.toMatchObject({ code: 'mongodb-unavailable' });
  await vi.advanceTimersByTimeAsync(10);
  await ended;
});

test('it throws in our words, and leaves no timer when it ends', async () => {
  const watch = createWatch();
  const cut = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  await expect(watch.within(1000, Promise.reject(cut))).rejects.toMatchObject({ code: 'mongodb-unavailable' });
  expect(vi.getTimerCount()).toBe(1);
  watch.end();
  expect(vi.getTimerCount()).toBe(0);
});
