import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectSqs, sqsPublisher } from '../../../../lib/adapters/sqs/sqs.ts';
import { answerWith, type StubAnswer, startStub } from '../../../support/sqs-stub.ts';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function publisherOn(answers: readonly StubAnswer[], timeoutMs = 60_000) {
  const stub = await startStub(answers);
  const client = connectSqs({ endpoint: stub.endpoint, timeoutMs });
  cleanups.push(stub.stop, () => client.destroy());
  return { stub, publisher: sqsPublisher(client), queueUrl: `${stub.endpoint}/000000000000/orders` };
}
const soon = () => Date.now() + 60_000;
/** What ends after so long has ended by its time: a silent server never answers. */
const NO_HANG_MS = 15_000;
const status =
  (code: number, type: string): StubAnswer =>
  (_, response) => {
    response.writeHead(code, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: `com.amazonaws.sqs#${type}`, message: type }));
  };
const cut: StubAnswer = (_, response) => void response.destroy();
const silent: StubAnswer = () => undefined;
const internal = { Code: 'InternalError', SenderFault: false };

describe('what the publisher says of one publication', () => {
  test.each<[string, StubAnswer[], string, number]>([
    ['answered: sent', [answerWith()], 'sent', 1],
    ['refused for its contents: for good, once', [status(400, 'InvalidMessageContents')], 'unacceptable', 1],
    ['no permission: refused, once', [status(403, 'AccessDenied')], 'refused', 1],
    ['throttled, then answered: sent', [status(400, 'ThrottlingException'), answerWith()], 'sent', 2],
    ['throttled twice: refused', [status(400, 'ThrottlingException')], 'refused', 2],
    ['500, then answered: sent', [status(500, 'InternalFailure'), answerWith()], 'sent', 2],
    ['500 twice: unanswered', [status(500, 'InternalFailure')], 'unanswered', 2],
    ['connection cut, then answered: sent', [cut, answerWith()], 'sent', 2],
    ['connection cut twice: unanswered', [cut], 'unanswered', 2],
    ['cut, then refused: unanswered, since the first may stand', [cut, status(403, 'AccessDenied')], 'unanswered', 2],
    [
      'in the Failed list by its own fault: for good',
      [answerWith(() => ({ Code: 'X', SenderFault: true }))],
      'unacceptable',
      1,
    ],
    ['in the Failed list by SQS’s fault, then taken: sent', [answerWith(() => internal), answerWith()], 'sent', 2],
    ['in neither list: unanswered', [answerWith(() => 'missing')], 'unanswered', 2],
  ])('%s', async (_, answers, outcome, requests) => {
    const { stub, publisher, queueUrl } = await publisherOn(answers);
    expect(await publisher.publish([{ queueUrl, body: 'a' }], soon())).toEqual([outcome]);
    expect(stub.bodies()).toHaveLength(requests);
  });

  test('no server at all: refused, since nothing was sent', async () => {
    const { stub, publisher, queueUrl } = await publisherOn([answerWith()]);
    await stub.stop();
    expect(await publisher.publish([{ queueUrl, body: 'a' }], soon())).toEqual(['refused']);
  });

  test('a silent server: unanswered when the request’s time is over, and no second try', async () => {
    const { stub, publisher, queueUrl } = await publisherOn([silent], 100);
    const start = performance.now();
    expect(await publisher.publish([{ queueUrl, body: 'a' }], soon())).toEqual(['unanswered']);
    expect(performance.now() - start).toBeLessThan(NO_HANG_MS);
    expect(stub.bodies()).toHaveLength(1);
  });

  test('a silent server: at the deadline what was sent is unanswered and what was not is unsent', async () => {
    const { publisher, stub } = await publisherOn([silent]);
    const queueUrl = `${stub.endpoint}/000000000000/orders.fifo`;
    const publications = Array.from({ length: 11 }, (_, index) => ({
      queueUrl,
      body: String(index),
      group: 'g',
      deduplicationId: String(index),
    }));
    const start = performance.now();
    const outcomes = await publisher.publish(publications, Date.now() + 3000);
    expect(performance.now() - start).toBeLessThan(NO_HANG_MS);
    expect(outcomes).toEqual([...Array(10).fill('unanswered'), 'unsent']);
  });

  test('the deadline of one is none of another’s that is under way on the same client', async () => {
    const first = Promise.withResolvers<unknown>();
    // Whichever comes first: the one is never answered, the other once the one has ended.
    const answer: StubAnswer = (entries, response) => {
      if (entries[0]?.MessageBody === 'b') void first.promise.then(() => answerWith()(entries, response));
    };
    const { publisher, queueUrl } = await publisherOn([answer]);
    const one = publisher.publish([{ queueUrl, body: 'a' }], Date.now() + 1000);
    const other = publisher.publish([{ queueUrl, body: 'b' }], soon());
    expect(await one).toEqual(['unanswered']);
    first.resolve(undefined);
    expect(await other).toEqual(['sent']);
  });

  test('a deadline that is over: unsent, and no request', async () => {
    const { stub, publisher, queueUrl } = await publisherOn([answerWith()]);
    expect(await publisher.publish([{ queueUrl, body: 'a' }], Date.now() - 1)).toEqual(['unsent']);
    expect(stub.bodies()).toEqual([]);
  });
});

test('one failed entry of a standard queue goes again alone and harms no other', async () => {
  const once = (body: string) => (body === 'b' ? internal : undefined);
  const { stub, publisher, queueUrl } = await publisherOn([answerWith(once), answerWith()]);
  const outcomes = await publisher.publish(
    ['a', 'b', 'c'].map((body) => ({ queueUrl, body })),
    soon(),
  );
  expect(outcomes).toEqual(['sent', 'sent', 'sent']);
  expect(stub.bodies()).toEqual([['a', 'b', 'c'], ['b']]);
});

test('a group stops at its first publication that is not sent; other groups go on (protocol: group-in-order)', async () => {
  const refuse = (body: string) => (body === 'bad' ? { Code: 'InvalidMessageContents', SenderFault: true } : undefined);
  const { stub, publisher } = await publisherOn([answerWith(refuse)]);
  const queueUrl = `${stub.endpoint}/000000000000/orders.fifo`;
  const one = (body: string, group: string) => ({ queueUrl, body, group, deduplicationId: body });
  const publications = [
    one('bad', 'stopped'),
    ...Array.from({ length: 11 }, (_, index) => one(`s${index}`, 'stopped')),
    one('free', 'free'),
  ];
  const outcomes = await publisher.publish(publications, soon());
  expect(outcomes[0]).toBe('unacceptable');
  expect(outcomes[12]).toBe('sent');
  expect(outcomes[11], 'a later batch of the group').toBe('unsent');
  expect(
    stub
      .bodies()
      .flat()
      .filter((body) => body === 'bad'),
  ).toHaveLength(1);
});

test('entry 43: a batch that is too large for its queue is sent one by one, and each has its own answer', async () => {
  const tooLong = {
    Code: 'InvalidParameterValue',
    SenderFault: true,
    Message: 'Message must be shorter than 262144 bytes.',
  };
  const whole: StubAnswer = (_, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: 'com.amazonaws.sqs#BatchRequestTooLong', message: 'too long' }));
  };
  const { stub, publisher, queueUrl } = await publisherOn([
    whole,
    answerWith((body) => (body === 'b' ? tooLong : undefined)),
  ]);
  const bodies = ['a', 'b', 'c'];
  const outcomes = await publisher.publish(
    bodies.map((body) => ({ queueUrl, body })),
    soon(),
  );
  expect(outcomes).toEqual(['sent', { tooLarge: true, most: 262_144 }, 'sent']);
  expect(stub.bodies()).toEqual([bodies, ['a'], ['b'], ['c']]);
});

test('an ordered batch that came back in part is not repeated, because later ones of its group may stand', async () => {
  const { stub, publisher } = await publisherOn([answerWith((body) => (body === 'b' ? internal : undefined))]);
  const queueUrl = `${stub.endpoint}/000000000000/orders.fifo`;
  const outcomes = await publisher.publish(
    ['a', 'b', 'c'].map((body) => ({ queueUrl, body, group: 'g', deduplicationId: body })),
    soon(),
  );
  expect(outcomes).toEqual(['sent', 'unanswered', 'sent']);
  expect(stub.bodies()).toHaveLength(1);
});

describe('callers that share a request', () => {
  /** Refuses what is in a request as a whole where this body is in it. */
  const refusesWhole: StubAnswer = (entries, response) =>
    entries.some(({ MessageBody }) => MessageBody === 'bad')
      ? status(400, 'InvalidMessageContents')(entries, response)
      : answerWith()(entries, response);

  test('what is wrong with one is told to that one alone', async () => {
    const { stub, publisher, queueUrl } = await publisherOn([refusesWhole]);
    const publish = (body: string) => publisher.publish([{ queueUrl, body }], soon());
    expect(await Promise.all(['first', 'good', 'bad', 'fine'].map(publish))).toEqual([
      ['sent'],
      ['sent'],
      ['unacceptable'],
      ['sent'],
    ]);
    expect(stub.bodies().slice(0, 2)).toEqual([['first'], ['good', 'bad', 'fine']]);
  });

  test('what is ordered goes by itself', async () => {
    const { stub, publisher, queueUrl } = await publisherOn([answerWith()]);
    const publish = (body: string) =>
      publisher.publish([{ queueUrl, body, group: body, deduplicationId: body }], soon());
    await Promise.all(['first', 'second', 'third'].map(publish));
    expect(stub.bodies().toSorted()).toEqual([['first'], ['second'], ['third']]);
  });
});
