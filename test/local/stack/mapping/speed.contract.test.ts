import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { startQueue } from './support.ts';

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 8000, interval: 20 });

test('a message reaches an idle function within 10 ms', async (context) => {
  const queue = await startQueue(context);
  queue.start(async () => null);
  await queue.send(['warm']);
  await eventually(() => expect(queue.handled()).toEqual(['warm']));
  const delays: number[] = [];
  for (const body of ['1', '2', '3', '4', '5']) {
    await wait(60);
    const before = performance.now();
    await queue.send([body]);
    await eventually(() => expect(queue.handled()).toContain(body));
    delays.push((queue.invocations.at(-1)?.at ?? Number.POSITIVE_INFINITY) - before);
  }
  expect(Math.min(...delays)).toBeLessThan(10);
});
