import { expect, test } from 'vitest';
import { leftText, queuesByUse } from '../../../local/stack/left-queued.ts';

test('queues are called by the event type whose they are, others by their name', () => {
  const of = (queueName: string, EVENT_TYPE?: string) => ({
    ...{ key: queueName, name: queueName, handler: '', timeoutSeconds: 1, memoryMb: 1, routes: [] },
    environment: EVENT_TYPE === undefined ? {} : { EVENT_TYPE },
    mappings: [{ queueName, batchSize: 1, batchWindow: 0, concurrency: 2, reportBatchItemFailures: true }],
  });
  const names = ['sluice-local-a-b', 'sluice-local-c-d.fifo', 'sluice-local-dead-letters'];
  const functions = [
    of('sluice-local-a-b', 'a.b'),
    of('sluice-local-c-d.fifo', 'c.d'),
    of('sluice-local-dead-letters'),
  ];
  const queues = names.map((name) => ({ name, attributes: {} }));
  expect([...queuesByUse({ name: 'sluice', stage: 'local', functions, queues })]).toEqual([
    ['a.b', names[0]],
    ['c.d', names[1]],
    ['dead-letters', names[2]],
  ]);
});

test.each([
  [{}, true, 'Ended; nothing was queued.'],
  [{ 'a.b': 0, 'c.d': 0 }, false, 'Ended; nothing was queued.'],
  [{ 'a.b': 3, 'c.d': 0, 'dead-letters': 1 }, true, 'Ended; still queued, for the next start: a.b 3, dead-letters 1.'],
  [{ 'a.b': 3 }, false, 'Ended; still queued, and gone now: a.b 3.'],
])('of %o, kept: %s, the last line is: %s', (counts, isKept, line) => {
  expect(leftText(new Map(Object.entries(counts)), isKept)).toBe(line);
});
