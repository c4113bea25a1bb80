import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { systemClock } from '../../../../lib/wiring/clock.ts';
import { claims } from '../../../support/claims/claim.ts';
import { eventually } from '../../../support/eventually.ts';
import { startQueue } from './support.ts';

const { does } = claims('mapping', 'ordered queues');
const group = (body: string) => body.charAt(0);
const sent = ['a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'a4', 'b4'];
const ofGroup = (bodies: readonly string[], name: string) => bodies.filter((body) => body.startsWith(name));
const empty = { ready: 0, inFlight: 0 };
const fifo = 'services-sqs-parameters.html';
const failures = 'services-sqs-errorhandling.html';

describe.concurrent('an ordered queue', () => {
  does(fifo, 'One batch brings several messages of a group, in order', async (context) => {
    const queue = await startQueue(context, { fifo: true });
    await queue.send(sent, group);
    queue.start(async () => null);
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(queue.invocations).toHaveLength(1);
    for (const name of ['a', 'b']) expect(ofGroup(queue.handled(), name)).toEqual(ofGroup(sent, name));
  });

  does('services-sqs-scaling.html', 'Groups run side by side, never two invocations of one group', async (context) => {
    const queue = await startQueue(context, { fifo: true });
    await queue.send(sent, group);
    const active = new Set<string>();
    let most = 0;
    queue.start(
      async (_, bodies) => {
        for (const name of bodies.map(group)) {
          expect(active.has(name)).toBe(false);
          active.add(name);
        }
        most = Math.max(most, active.size);
        await eventually(() => expect(most).toBe(2));
        for (const name of bodies.map(group)) active.delete(name);
      },
      { batchSize: 1, concurrency: 4 },
    );
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    for (const name of ['a', 'b']) expect(ofGroup(queue.handled(), name)).toEqual(ofGroup(sent, name));
    expect(queue.warnings).toEqual([]);
  });

  does(fifo, 'There is no window, also while the function is busy', async (context) => {
    const queue = await startQueue(context, { fifo: true });
    const busy = Promise.withResolvers<null>();
    const slept: number[] = [];
    const clock = { ...systemClock, sleep: async (ms: number) => void slept.push(ms) };
    queue.start(() => busy.promise, { concurrency: 3, clock });
    context.onTestFinished(() => busy.resolve(null));
    await queue.send(['a1'], group);
    await eventually(() => expect(queue.handled()).toEqual(['a1']));
    await queue.send(['b1'], group);
    await eventually(() => expect(queue.invocations.map(({ bodies }) => bodies)).toEqual([['a1'], ['b1']]));
    expect(slept).toEqual([]);
  });

  does(
    failures,
    'What is returned from the first failure on comes back in order, and holds back its group alone',
    async (context) => {
      const queue = await startQueue(context, { fifo: true });
      await queue.send(sent, group);
      queue.start(async ({ Records }) => ({
        batchItemFailures: Records.filter(
          ({ body, attributes }) => ['a2', 'a3', 'a4'].includes(body) && attributes.ApproximateReceiveCount === '1',
        ).map(({ messageId }) => ({ itemIdentifier: messageId })),
      }));
      await eventually(async () => expect(await queue.inFlight()).toEqual(['a2', 'a3', 'a4']));
      await queue.send(['a5', 'b5'], group);
      await eventually(() => expect(queue.handled()).toContain('b5'));
      await queue.comesBack(['a2', 'a3', 'a4'], queue.invocations[0]);
      await eventually(async () => expect(await queue.count('work')).toEqual(empty));
      expect(ofGroup(queue.handled(), 'a')).toEqual(['a1', 'a2', 'a3', 'a4', 'a2', 'a3', 'a4', 'a5']);
    },
  );

  does(
    failures,
    'A function that names a failure alone loses order: the later messages are deleted',
    async (context) => {
      const queue = await startQueue(context, { fifo: true });
      await queue.send(['a1', 'a2', 'a3'], group);
      queue.start(async ({ Records }) => ({
        batchItemFailures: Records.filter(
          ({ body, attributes }) => body === 'a2' && attributes.ApproximateReceiveCount === '1',
        ).map(({ messageId }) => ({ itemIdentifier: messageId })),
      }));
      await eventually(async () => expect(await queue.inFlight()).toEqual(['a2']));
      await queue.comesBack(['a2']);
      await eventually(async () => expect(await queue.count('work')).toEqual(empty));
      expect(queue.handled()).toEqual(['a1', 'a2', 'a3', 'a2']);
    },
  );
});

does(
  'gettingstarted-limits.html',
  'Over 6 MB of one group go in order, one invocation after the other',
  async (context) => {
    const queue = await startQueue(context, { fifo: true });
    for (let index = 0; index < 8; index++) await queue.send([`a${index}${'x'.repeat(1_000_000)}`], group);
    let active = 0;
    queue.start(async () => {
      expect(++active).toBe(1);
      await wait(50);
      active--;
    });
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(queue.handled().map((body) => body.slice(0, 2))).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7']);
    expect(queue.invocations).toHaveLength(2);
    expect(queue.warnings).toEqual([]);
  },
);
