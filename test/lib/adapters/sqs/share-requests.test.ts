import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { shareRequests } from '../../../../lib/adapters/sqs/share-requests.ts';
import type { Publication, PublicationOutcome } from '../../../../lib/ports/publisher.ts';

/** A queue that is asked, and answers when it is told to. */
function asked() {
  const requests: { bodies: string[]; deadline: number; answer(outcome?: PublicationOutcome): void; fail(): void }[] =
    [];
  const share = shareRequests((publications, deadline) => {
    const { promise, resolve, reject } = Promise.withResolvers<PublicationOutcome[]>();
    requests.push({
      bodies: publications.map(({ body }) => body),
      deadline,
      answer: (outcome) => resolve(publications.map(({ body }) => outcome ?? (body === 'bad' ? 'refused' : 'sent'))),
      fail: () => reject(new Error('a fault of ours')),
    });
    return promise;
  });
  const publish = (bodies: readonly string[], { queueUrl = 'q', deadline = 1000 } = {}) =>
    share(
      queueUrl,
      bodies.map((body): Publication => ({ queueUrl, body })),
      deadline,
    );
  return { requests, publish, bodies: () => requests.map((one) => one.bodies) };
}

/** Whatever follows from what was answered. */
const settled = () => vi.advanceTimersByTimeAsync(0);

describe('callers at the same time share their requests', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('one alone waits for nobody', async () => {
    const { requests, publish, bodies } = asked();
    const first = publish(['a']);
    expect(bodies()).toEqual([['a']]);
    requests[0]?.answer();
    expect(await first).toEqual(['sent']);
    const second = publish(['b', 'c']);
    await settled();
    expect(bodies()).toEqual([['a'], ['b', 'c']]);
    requests[1]?.answer();
    expect(await second).toEqual(['sent', 'sent']);
  });

  test('what comes meanwhile goes together when the request is answered, and each hears of its own', async () => {
    const { requests, publish, bodies } = asked();
    const all = [publish(['a']), publish(['b']), publish(['c', 'bad']), publish(['d'])];
    expect(bodies()).toEqual([['a']]);
    requests[0]?.answer();
    await settled();
    expect(bodies()).toEqual([['a'], ['b', 'c', 'bad', 'd']]);
    requests[1]?.answer();
    expect(await Promise.all(all)).toEqual([['sent'], ['sent'], ['sent', 'refused'], ['sent']]);
  });

  test('ten are enough to go at once, and no caller is cut in two', async () => {
    const { publish, bodies } = asked();
    void publish(['first']);
    const nine = Array.from({ length: 9 }, (_, n) => `n${n}`);
    void publish(nine);
    expect(bodies()).toHaveLength(1);
    void publish(['tenth']);
    expect(bodies()).toEqual([['first'], [...nine, 'tenth']]);
    void publish(nine);
    void publish(['one', 'two']);
    expect(bodies().slice(2)).toEqual([nine]);
  });

  test('a request that hangs holds the others up for a moment only', async () => {
    const { requests, publish, bodies } = asked();
    void publish(['hangs']);
    const others = [publish(['a']), publish(['b'])];
    await vi.advanceTimersByTimeAsync(4);
    expect(bodies()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(bodies()).toEqual([['hangs'], ['a', 'b']]);
    requests[1]?.answer();
    expect(await Promise.all(others)).toEqual([['sent'], ['sent']]);
    // It hangs still, and whoever comes later waits no longer for that.
    void publish(['c']);
    await vi.advanceTimersByTimeAsync(5);
    expect(bodies()).toEqual([['hangs'], ['a', 'b'], ['c']]);
  });

  test('the shared request ends when the first of them has no more time', async () => {
    const { requests, publish } = asked();
    void publish(['a']);
    void publish(['b'], { deadline: 900 });
    void publish(['c'], { deadline: 800 });
    requests[0]?.answer();
    await settled();
    expect(requests.map(({ deadline }) => deadline)).toEqual([1000, 800]);
  });

  test('a fault reaches all who shared it, and nobody else', async () => {
    const { requests, publish } = asked();
    const first = publish(['a']);
    const shared = Promise.allSettled([publish(['b']), publish(['c'])]);
    requests[0]?.answer();
    expect(await first).toEqual(['sent']);
    await settled();
    const next = publish(['d']);
    requests[1]?.fail();
    expect((await shared).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await settled();
    requests[2]?.answer();
    expect(await next).toEqual(['sent']);
  });

  test('of two queues none waits for the other', () => {
    const { publish, bodies } = asked();
    void publish(['a']);
    void publish(['b'], { queueUrl: 'another' });
    expect(bodies()).toEqual([['a'], ['b']]);
  });
});
