import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { startPool } from '../../../local/function-process/pool.ts';
import { startQueue } from './support.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 8000, interval: 20 });
const obedient = {
  name: 'sluice-local-test',
  file: fileURLToPath(new URL('../function-process/functions/obedient.mjs', import.meta.url)),
  exportName: 'handler',
  timeoutSeconds: 1,
  memoryMb: 128,
  region: 'eu-central-1',
  environment: {},
};
const empty = { ready: 0, inFlight: 0 };

test('a message reaches an idle function within 10 ms', async (context) => {
  const queue = await startQueue(context);
  queue.start(async () => null);
  await queue.send(['warm']);
  await eventually(() => expect(queue.handled()).toEqual(['warm']));
  const delays: number[] = [];
  for (const body of numbers(5)) {
    await wait(60);
    const before = performance.now();
    await queue.send([body]);
    await eventually(() => expect(queue.handled()).toContain(body));
    delays.push((queue.invocations.at(-1)?.at ?? Number.POSITIVE_INFINITY) - before);
  }
  expect(Math.min(...delays)).toBeLessThan(10);
});

test('a record has the fields that Lambda gives it', async (context) => {
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

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
describe.concurrent('batch size, window and concurrency', () => {
  test('a batch over 10 is filled by several receives', async (context) => {
    const queue = await startQueue(context, { visibility: 30 });
    await queue.send(numbers(27));
    queue.start(async () => null, { batchSize: 25, batchWindow: 1 });
    await eventually(() => expect(queue.handled()).toHaveLength(27));
    expect(queue.invocations[0]?.bodies).toHaveLength(25);
  });

  test('a window gathers what comes within it into one invocation', async (context) => {
    const queue = await startQueue(context, { visibility: 30 });
    queue.start(async () => null, { batchWindow: 1 });
    await queue.send(['a']);
    await wait(300);
    await queue.send(['b']);
    await eventually(() => expect(queue.invocations.map(({ bodies }) => bodies)).toEqual([['a', 'b']]));
  });

  test('no more invocations at a time than the maximum concurrency, and that many when there is work', async (context) => {
    const queue = await startQueue(context, { visibility: 30 });
    await queue.send(numbers(12));
    let now = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++now);
      // The first stay until there are three, and a while longer, in which a fourth would show.
      await eventually(() => expect(most).toBeGreaterThanOrEqual(3));
      await wait(60);
      now--;
    };
    queue.start(run, { batchSize: 1, concurrency: 3 });
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(most).toBe(3);
    expect(queue.handled().toSorted()).toEqual(numbers(12).toSorted());
  });

  test('an invocation never takes more than 6 MB; the rest goes with the next', async (context) => {
    const queue = await startQueue(context, { visibility: 30 });
    for (const letter of 'abcdefgh') await queue.send([letter.repeat(1_000_000)]);
    queue.start(async () => null);
    await eventually(() => expect(queue.handled()).toHaveLength(8));
    for (const { event } of queue.invocations)
      expect(JSON.stringify(event).length).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(queue.invocations[0]?.bodies).toHaveLength(6);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
describe.concurrent('what the function says of its batch decides what is deleted', () => {
  test.for<[string, (id: (body: string) => string) => unknown, string[]]>([
    ['success deletes all', () => ({ batchItemFailures: [] }), []],
    ['null deletes all', () => null, []],
    ['one failure leaves that message', (id) => ({ batchItemFailures: [{ itemIdentifier: id('b') }] }), ['b']],
    ['an unknown id leaves all', () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] }), ['a', 'b', 'c']],
    ['a misspelt key leaves all', (id) => ({ batchItemFailures: [{ id: id('a') }] }), ['a', 'b', 'c']],
    ['an empty id leaves all', () => ({ batchItemFailures: [{ itemIdentifier: '' }] }), ['a', 'b', 'c']],
  ])('%s', async ([, answer, returning], context) => {
    const queue = await startQueue(context);
    await queue.send(['a', 'b', 'c']);
    queue.start(async ({ Records }) =>
      queue.invocations.length > 1
        ? null
        : answer((body) => Records.find((record) => record.body === body)?.messageId ?? ''),
    );
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(queue.handled().slice(3).toSorted()).toEqual(returning);
  });

  test('a thrown error returns the whole batch, and each redelivery is counted', async (context) => {
    const queue = await startQueue(context);
    await queue.send(['a', 'b']);
    queue.start(async () => {
      if (queue.invocations.length === 1) throw new Error('broken');
    });
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(queue.handled().toSorted()).toEqual(['a', 'a', 'b', 'b']);
    const counts = queue.invocations.flatMap(({ event }) =>
      event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount),
    );
    expect(counts.toSorted()).toEqual(['1', '1', '2', '2']);
    expect(queue.warnings).toEqual(['a batch failed and comes back']);
  });

  test.for([
    ['takes longer than its timeout', { sleep: 60_000 }],
    ['ends its process', { exit: 1 }],
  ] as const)('a function that %s returns the whole batch', async ([, first], context) => {
    const queue = await startQueue(context);
    await queue.send(['a', 'b']);
    const pool = startPool(obedient, { processes: 1, invocationsEach: 1, output() {}, watch: () => () => {} });
    context.onTestFinished(() => pool.end());
    queue.start(() => pool.invoke(queue.invocations.length === 1 ? first : {}).then(() => null));
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(queue.handled().toSorted()).toEqual(['a', 'a', 'b', 'b']);
  });

  test('without ReportBatchItemFailures the answer means nothing', async (context) => {
    const queue = await startQueue(context);
    await queue.send(['a']);
    queue.start(async ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] }), {
      reportBatchItemFailures: false,
    });
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(queue.handled()).toEqual(['a']);
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
test('after maxReceiveCount receives a message is in the dead-letter queue', async (context) => {
  const queue = await startQueue(context, { maxReceiveCount: 2 });
  await queue.send(['poison']);
  queue.start(async () => {
    throw new Error('broken');
  });
  await eventually(async () => expect(await queue.count('dead')).toEqual({ ready: 1, inFlight: 0 }));
  expect(queue.handled()).toEqual(['poison', 'poison']);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
describe.concurrent('an ordered queue', () => {
  const group = (body: string) => body.charAt(0);
  const sent = ['a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'a4', 'b4'];
  const ofGroup = (bodies: readonly string[], name: string) => bodies.filter((body) => body.startsWith(name));

  test('keeps each group’s order and never runs two of one group at a time', async (context) => {
    const queue = await startQueue(context, { fifo: true });
    await queue.send(sent, group);
    const active = new Set<string>();
    queue.start(
      async (_, bodies) => {
        for (const name of bodies.map(group)) {
          expect(active.has(name)).toBe(false);
          active.add(name);
        }
        await wait(15);
        for (const name of bodies.map(group)) active.delete(name);
      },
      { batchSize: 1, concurrency: 4 },
    );
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    for (const name of ['a', 'b']) expect(ofGroup(queue.handled(), name)).toEqual(ofGroup(sent, name));
    expect(queue.warnings).toEqual([]);
  });

  test('a failed message holds back its group and no other', async (context) => {
    const queue = await startQueue(context, { fifo: true });
    await queue.send(sent, group);
    queue.start(async ({ Records }) => ({
      batchItemFailures: Records.filter(
        ({ body, attributes }) => body === 'a1' && attributes.ApproximateReceiveCount === '1',
      ).map(({ messageId }) => ({ itemIdentifier: messageId })),
    }));
    await eventually(async () => expect(await queue.count('work')).toEqual(empty));
    expect(ofGroup(queue.handled(), 'a')).toEqual(['a1', 'a1', 'a2', 'a3', 'a4']);
    expect(queue.handled().indexOf('b4')).toBeLessThan(queue.handled().indexOf('a2'));
  });
});

test('stopping waits for the invocation under way and settles it', async (context) => {
  const queue = await startQueue(context);
  await queue.send(['a']);
  const mapping = queue.start(() => wait(200, null));
  await eventually(() => expect(queue.invocations).toHaveLength(1));
  await mapping.stop();
  expect(await queue.count('work')).toEqual(empty);
});
