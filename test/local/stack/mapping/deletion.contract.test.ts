import { describe, expect, test } from 'vitest';
import type { SqsCalls } from '../../../../local/stack/mapping/sqs-calls.ts';
import { eventually } from '../../../support/eventually.ts';
import { startQueue } from './support.ts';

/** An SQS that deletes when it is told to, and says how often it was asked. */
function deletingLater(sqs: SqsCalls) {
  const gate = Promise.withResolvers<void>();
  const asked: string[] = [];
  const calls: SqsCalls = {
    ...sqs,
    call: async (action, body, signal) => {
      asked.push(action);
      if (action === 'DeleteMessageBatch') await gate.promise;
      return sqs.call(action, body, signal);
    },
  };
  return {
    calls,
    open: () => gate.resolve(),
    deletions: () => asked.filter((one) => one === 'DeleteMessageBatch').length,
  };
}

const four = ['a', 'b', 'c', 'd'];

describe('deleting what is done', () => {
  test('a place is free when its invocation has ended: the next batch does not wait for SQS to delete', async (context) => {
    const queue = await startQueue(context);
    const later = deletingLater(queue.calls);
    await queue.send(four);
    queue.start(async () => null, { batchSize: 1, concurrency: 2, sqs: later.calls });
    await eventually(() => expect(queue.handled().toSorted()).toEqual(four));
    expect(await queue.count('work')).toEqual({ ready: 0, inFlight: 4 });
    later.open();
    await eventually(async () => expect(await queue.count('work')).toEqual({ ready: 0, inFlight: 0 }));
  });

  test('while SQS deletes nothing, no more batches are begun than twice the places', async (context) => {
    const queue = await startQueue(context);
    const later = deletingLater(queue.calls);
    await queue.send([...four, 'e', 'f']);
    queue.start(async () => null, { batchSize: 1, concurrency: 2, sqs: later.calls });
    await eventually(() => expect(later.deletions()).toBe(4));
    expect(await queue.count('work')).toEqual({ ready: 2, inFlight: 4 });
    later.open();
    await eventually(() => expect(queue.handled().toSorted()).toEqual([...four, 'e', 'f']));
  });

  test('a mapping that stops waits until what is done is deleted', async (context) => {
    const queue = await startQueue(context);
    const later = deletingLater(queue.calls);
    await queue.send(['a']);
    const mapping = queue.start(async () => null, { sqs: later.calls });
    await eventually(() => expect(later.deletions()).toBe(1));
    let stopped = false;
    const stopping = mapping.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    later.open();
    await stopping;
    expect(await queue.count('work')).toEqual({ ready: 0, inFlight: 0 });
  });
});
