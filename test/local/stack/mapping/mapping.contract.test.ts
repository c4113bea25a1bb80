import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { systemClock } from '../../../../lib/wiring/clock.ts';
import { startPool } from '../../../../local/stack/function-process/pool.ts';
import { startReaper } from '../../../../local/stack/reaper.ts';
import { claims } from '../../../support/claims/claim.ts';
import { eventually } from '../../../support/eventually.ts';
import { startQueue } from './support.ts';

const batches = claims('mapping', 'batches');
const answers = claims('mapping', 'answers and failures');
const parameters = 'services-sqs-parameters.html';
const failures = 'services-sqs-errorhandling.html';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const obedient = {
  name: 'sluice-local-test',
  file: fileURLToPath(new URL('../function-process/functions/obedient.mjs', import.meta.url)),
  exportName: 'handler',
  timeoutSeconds: 1,
  memoryMb: 128,
  region: 'eu-central-1',
  environment: {},
};
const all = ['a', 'b', 'c'];
const empty = { ready: 0, inFlight: 0 };

batches.does('with-sqs.html', 'A record has the fields that Lambda gives it', async (context) => {
  const queue = await startQueue(context);
  queue.start(async () => null);
  await queue.send(['hello']);
  await eventually(() => expect(queue.invocations).toHaveLength(1));
  expect(queue.invocations[0]?.event.Records).toEqual([
    {
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: 'hello',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
      awsRegion: 'us-east-1',
    },
  ]);
});

describe.concurrent('batches', () => {
  batches.does(parameters, 'A batch over 10 is filled by several receives', async (context) => {
    const queue = await startQueue(context);
    await queue.send(numbers(200));
    queue.start(async () => null, { batchSize: 100, batchWindow: 300 });
    await eventually(() => expect(queue.handled()).toHaveLength(200));
    expect(queue.invocations[0]?.bodies).toHaveLength(100);
    expect(queue.handled().toSorted()).toEqual(numbers(200).toSorted());
  });

  batches.does(parameters, 'A window gathers what comes within it into one invocation', async (context) => {
    const queue = await startQueue(context);
    queue.start(async () => null, { batchWindow: 2, quietMs: 60_000 });
    await queue.send(['a']);
    await eventually(async () => expect(await queue.inFlight()).toEqual(['a']));
    await queue.send(['b']);
    await eventually(() => expect(queue.invocations.map(({ bodies }) => bodies)).toEqual([['a', 'b']]));
  });

  batches.differs(
    parameters,
    'A window ends when nothing has come for 50 ms; AWS waits until it is over',
    async (context) => {
      const queue = await startQueue(context);
      queue.start(async () => null, { batchWindow: 300 });
      await queue.send(['a']);
      await eventually(() => expect(queue.handled()).toEqual(['a']));
    },
  );

  batches.differs(
    parameters,
    'While its function is busy a batch may fill for 10 ms; AWS hands over what a receive brought',
    async (context) => {
      const queue = await startQueue(context);
      const busy = Promise.withResolvers<null>();
      const filled = Promise.withResolvers<void>();
      const slept: number[] = [];
      const sleep = (ms: number) => {
        slept.push(Math.round(ms));
        return filled.promise;
      };
      queue.start(() => busy.promise, { clock: { ...systemClock, sleep } });
      context.onTestFinished(() => busy.resolve(null));
      context.onTestFinished(() => filled.resolve());
      await queue.send(['a']);
      await eventually(() => expect(queue.handled()).toEqual(['a']));
      await queue.send(['b']);
      await eventually(async () => expect(await queue.inFlight()).toEqual(['a', 'b']));
      await queue.send(['c']);
      filled.resolve();
      await eventually(() => expect(queue.invocations.map(({ bodies }) => bodies)).toEqual([['a'], ['b', 'c']]));
      expect(slept[0]).toBeLessThanOrEqual(10);
    },
  );

  batches.does(parameters, 'A full batch does not wait for the end of its window', async (context) => {
    const queue = await startQueue(context);
    await queue.send(numbers(10));
    queue.start(async () => null, { batchWindow: 300, quietMs: 300_000 });
    await eventually(() => expect(queue.handled()).toHaveLength(10));
    expect(queue.invocations).toHaveLength(1);
  });

  batches.does(
    'gettingstarted-limits.html',
    'An invocation takes 6 MB at most; the rest goes with the next',
    async (context) => {
      const queue = await startQueue(context);
      for (const letter of 'abcdefgh') await queue.send([letter.repeat(1_000_000)]);
      queue.start(async () => null);
      await eventually(() => expect(queue.handled()).toHaveLength(8));
      for (const { event } of queue.invocations)
        expect(JSON.stringify(event).length).toBeLessThanOrEqual(6 * 1024 * 1024);
      expect(queue.invocations[0]?.bodies).toHaveLength(6);
    },
  );
});

describe.concurrent('answers and failures', () => {
  for (const [title, answer, left] of [
    ['An empty list of failures deletes all', () => ({ batchItemFailures: [] }), []],
    ['A null list of failures deletes all', () => ({ batchItemFailures: null }), []],
    ['An empty answer deletes all', () => ({}), []],
    ['A null answer deletes all', () => null, []],
    ['One failure leaves that message', (id) => ({ batchItemFailures: [{ itemIdentifier: id('b') }] }), ['b']],
    ['An id that is not in the batch leaves all', () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] }), all],
    ['A misspelt key of an id leaves all', (id) => ({ batchItemFailures: [{ itemIdentifer: id('a') }] }), all],
    ['An empty id leaves all', () => ({ batchItemFailures: [{ itemIdentifier: '' }] }), all],
    ['A null id leaves all', () => ({ batchItemFailures: [{ itemIdentifier: null }] }), all],
    ['An answer that is a string leaves all', () => 'done', all],
  ] as const satisfies [string, (id: (body: string) => string) => unknown, readonly string[]][])
    answers.does(failures, title, async (context) => {
      const queue = await startQueue(context);
      await queue.send(all);
      const mapping = queue.start(async ({ Records }) =>
        answer((body) => Records.find((record) => record.body === body)?.messageId ?? ''),
      );
      await eventually(() => expect(queue.handled().toSorted()).toEqual(all));
      await mapping.stop();
      expect([await queue.inFlight(), (await queue.count('work')).ready]).toEqual([left, 0]);
    });

  answers.does(failures, 'A thrown error returns the whole batch, and each delivery is counted', async (context) => {
    const queue = await startQueue(context);
    await queue.send(['a', 'b']);
    const broken = queue.start(async () => {
      throw new Error('broken');
    });
    await eventually(() => expect(queue.warnings).toHaveLength(1));
    // Whatever it would delete is deleted by then.
    await broken.stop();
    expect(await queue.inFlight()).toEqual(['a', 'b']);
    await queue.comesBack(['a', 'b']);
    queue.start(async () => null);
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(queue.handled().toSorted()).toEqual(['a', 'a', 'b', 'b']);
    const counts = queue.invocations.flatMap(({ event }) =>
      event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount),
    );
    expect(counts.toSorted()).toEqual(['1', '1', '2', '2']);
    expect(queue.warnings).toEqual(['a batch failed and comes back']);
  });

  for (const [what, page, end] of [
    ['takes longer than its timeout', 'configuration-timeout.html', { sleep: 60_000 }],
    ['ends its process', failures, { exit: 1 }],
    ['is killed', failures, 'SIGKILL'],
  ] as const)
    answers.does(page, `A function that ${what} returns the whole batch`, async (context) => {
      const queue = await startQueue(context);
      await queue.send(['a', 'b']);
      let pid = 0;
      const reaper = startReaper();
      context.onTestFinished(reaper.stop);
      const watch = (started: number) => {
        pid = started;
        return reaper.watch(started);
      };
      const pool = startPool(obedient, { processes: 1, invocationsEach: 1, output() {}, watch });
      context.onTestFinished(() => pool.end());
      queue.start(async () => {
        if (queue.invocations.length > 1) return null;
        if (end !== 'SIGKILL') return pool.invoke(end);
        const invoked = pool.invoke({ sleep: 60_000 });
        process.kill(pid, end);
        return invoked;
      });
      await eventually(() => expect(queue.warnings).toHaveLength(1));
      await queue.comesBack(['a', 'b']);
      await eventually(async () => expect(await queue.count('work')).toEqual(empty));
      expect(queue.handled().toSorted()).toEqual(['a', 'a', 'b', 'b']);
    });

  answers.does(parameters, 'Without ReportBatchItemFailures the answer means nothing', async (context) => {
    const queue = await startQueue(context);
    await queue.send(['a']);
    queue.start(async ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] }), {
      reportBatchItemFailures: false,
    });
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(queue.handled()).toEqual(['a']);
  });
});

answers.does(
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
  'After maxReceiveCount invocations a message is in the dead-letter queue, and the function sees it no more',
  async (context) => {
    const queue = await startQueue(context, { maxReceiveCount: 2 });
    await queue.send(['poison']);
    queue.start(async () => {
      throw new Error('broken');
    });
    for (const times of [1, 2]) {
      await eventually(() => expect(queue.warnings).toHaveLength(times));
      await queue.comesBack(['poison']);
    }
    await eventually(async () => expect(await queue.count('dead')).toEqual({ ready: 1, inFlight: 0 }));
    expect(queue.handled()).toEqual(['poison', 'poison']);
  },
);

answers.differs(
  failures,
  'Failed invocations do not slow a mapping down: without ReportBatchItemFailures AWS lowers concurrency after them',
  async (context) => {
    const queue = await startQueue(context);
    await queue.send(numbers(40));
    queue.start(
      async () => {
        throw new Error('broken');
      },
      { batchSize: 1, reportBatchItemFailures: false },
    );
    await eventually(() => expect(queue.handled()).toHaveLength(40));
  },
);
