import { setTimeout as wait } from 'node:timers/promises';
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { describe, expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { eventually } from '../../../support/eventually.ts';
import { startQueue } from './support.ts';

const { does, differs } = claims('mapping', 'messages in hand');
const empty = { ready: 0, inFlight: 0 };
const visibility =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html';
const scaling = 'services-sqs-scaling.html';
const mappings = 'invocation-eventsourcemapping.html';

describe.concurrent('messages in hand', () => {
  does(
    visibility,
    'What waited for a place until its visibility ended is received again, not handed out',
    async (context) => {
      const seconds = 3;
      const queue = await startQueue(context, { visibility: seconds });
      const placesAreFree = Promise.withResolvers<null>();
      let freed = Number.POSITIVE_INFINITY;
      const letters = [...'abcdefghijklmn'];
      for (const letter of letters) await queue.send([letter.repeat(1_000_000)]);
      const handedOutLate: string[] = [];
      const counts: (string | undefined)[] = [];
      queue.start(
        async ({ Records }) => {
          for (const { attributes, body } of Records) {
            counts.push(attributes.ApproximateReceiveCount);
            const ended = Number(attributes.ApproximateFirstReceiveTimestamp) + seconds * 1000;
            if (attributes.ApproximateReceiveCount === '1' && ended < freed && Date.now() > freed)
              handedOutLate.push(body.charAt(0));
          }
          // The first two take both places until what is left over is visible again.
          if (queue.invocations.length <= 2) await placesAreFree.promise;
        },
        { batchSize: 20, batchWindow: 1 },
      );
      await eventually(() => expect(queue.invocations).toHaveLength(2));
      await wait(seconds * 1000 + 100);
      freed = Date.now();
      placesAreFree.resolve(null);
      await eventually(() => expect(queue.handled().length).toBeGreaterThanOrEqual(14));
      await eventually(async () => expect(await queue.count('work')).toEqual(empty));
      expect([...new Set(queue.handled().map((body) => body.charAt(0)))].toSorted()).toEqual(letters);
      expect(handedOutLate).toEqual([]);
      expect(counts).toContain('2');
    },
  );

  does(scaling, 'While all places are taken nothing more is received', async (context) => {
    const queue = await startQueue(context);
    const gate = Promise.withResolvers<null>();
    await queue.send(['a', 'b', 'c', 'd']);
    queue.start(() => gate.promise, { batchSize: 1 });
    await eventually(() => expect(queue.invocations).toHaveLength(2));
    await wait(100);
    expect(await queue.count('work')).toEqual({ ready: 2, inFlight: 2 });
    gate.resolve(null);
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
  });

  does(mappings, 'A mapping that stops settles the invocation under way', async (context) => {
    const queue = await startQueue(context);
    await queue.send(['a']);
    const mapping = queue.start(() => wait(200, null));
    await eventually(() => expect(queue.invocations).toHaveLength(1));
    await mapping.stop();
    expect(await queue.count('work')).toEqual(empty);
  });

  does(visibility, 'A mapping that stops makes visible at once what no invocation has', async (context) => {
    const queue = await startQueue(context);
    await queue.send(['a', 'b', 'c']);
    const mapping = queue.start(async () => null, { batchWindow: 60, quietMs: 60_000 });
    await eventually(async () => expect(await queue.count('work')).toEqual({ ready: 0, inFlight: 3 }));
    await mapping.stop();
    expect(queue.invocations).toEqual([]);
    await eventually(async () => expect(await queue.count('work')).toEqual({ ready: 3, inFlight: 0 }));
  });

  differs(
    mappings,
    'While the file of a function is missing, which a build makes it, its queue waits and no receive is counted; AWS knows no such moment',
    async (context) => {
      const queue = await startQueue(context);
      await queue.send(['a']);
      let asked = 0;
      queue.start(async () => null, { exists: async () => ++asked > 2 });
      await eventually(() => expect(queue.handled()).toEqual(['a']));
      expect(queue.invocations[0]?.event.Records[0]?.attributes.ApproximateReceiveCount).toBe('1');
      expect(queue.warnings).toEqual(['a function does not exist; its queue waits']);
    },
  );

  does(
    'services-sqs-configure.html',
    'A queue whose visibility timeout is less than the timeout of the function is not read, which is said once',
    async (context) => {
      const queue = await startQueue(context, { visibility: 29 });
      await queue.send(['a']);
      queue.start(async () => null, { timeoutSeconds: 30 });
      await eventually(() => expect(queue.warnings).toHaveLength(1));
      await queue.client.send(
        new SetQueueAttributesCommand({ QueueUrl: queue.queueUrl, Attributes: { VisibilityTimeout: '30' } }),
      );
      await eventually(() => expect(queue.handled()).toEqual(['a']));
      expect(queue.warnings).toEqual([
        'the visibility timeout of a queue is less than the timeout of its function; the queue waits',
      ]);
    },
  );

  does(mappings, 'A queue that cannot be read is tried again, and said once', async (context) => {
    const queue = await startQueue(context);
    const queueUrl = `${queue.queueUrl}-later`;
    queue.start(async () => null, { queueUrl });
    await eventually(() => expect(queue.warnings).toEqual(['a queue could not be read']));
    await wait(1200);
    await queue.client.send(new CreateQueueCommand({ QueueName: 'work-later' }));
    await queue.send(['a'], undefined, queueUrl);
    await eventually(() => expect(queue.handled()).toEqual(['a']));
    expect(queue.warnings).toHaveLength(1);
  });
});
