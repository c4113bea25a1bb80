import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resting } from '../../../../local/stack/reload/rest.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('rests once nothing has changed for a while, and not while something does', async () => {
  const seen: string[] = [];
  const changed = async (since: number) => {
    await vi.advanceTimersByTimeAsync(2000);
    seen.push(`changed ${since}`);
  };
  const rest = async () => void seen.push('rested');
  const called = resting(changed, { ms: 1000, rest, failed: (error) => void seen.push(String(error)) });
  await called(1);
  await vi.advanceTimersByTimeAsync(999);
  await called(2);
  expect(seen).toEqual(['changed 1', 'changed 2']);
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toEqual(['changed 1', 'changed 2', 'rested']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen).toHaveLength(3);
});

test('rests after a change that was not taken in, and tells what keeps it from that', async () => {
  const seen: unknown[] = [];
  const refused = async () => Promise.reject(new Error('refused'));
  const rest = async () => Promise.reject(new Error('cannot'));
  const called = resting(refused, { ms: 1000, rest, failed: (error) => void seen.push(error) });
  await expect(called(1)).rejects.toThrow('refused');
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toEqual([new Error('cannot')]);
});
