import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { startQueue } from './support.ts';

test('a message reaches an idle function within some 10 ms', async (context) => {
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
  console.log(`mapping: ${Math.min(...delays).toFixed(1)} ms from the queue to the function`);
  expect(Math.min(...delays)).toBeLessThan(100);
});
