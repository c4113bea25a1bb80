import { afterEach, describe, expect, test, vi } from 'vitest';
import { Fairness } from '../../../../local/engines/sqs/fairness.ts';
import type { StoredMessage } from '../../../../local/engines/sqs/fauxqs.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-29T12:00:00Z');

type Tenants = Readonly<Record<string, number>>;
type Waiting = Parameters<Fairness['turn']>[0];

/** So many messages of each tenant, in this order; `none` are those without a group. */
const messagesOf = (tenants: Tenants): StoredMessage[] =>
  Object.entries(tenants).flatMap(([tenant, count]) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ messageId: `${tenant}${index}`, sentTimestamp: NOW, body: '', md5OfBody: '', md5OfMessageAttributes: '' },
      ...{ messageAttributes: {}, approximateReceiveCount: 0, ...(tenant !== 'none' && { messageGroupId: tenant }) },
    })),
  );
/** A queue in which these wait and these are in flight. */
const queueOf = (waiting: Tenants, inFlight: Tenants): Waiting => ({
  messages: messagesOf(waiting),
  inflightMessages: new Map(
    messagesOf(inFlight).map((message) => [
      message.messageId,
      { receiptHandle: message.messageId, message, visibilityDeadline: NOW + MINUTE },
    ]),
  ),
});
/** Which come next, in one receive. */
const next = (fairness: Fairness, queue: Waiting, many = 1) => {
  const take = fairness.turn(queue);
  return Array.from({ length: many }, () => take()?.messageId);
};

vi.spyOn(Date, 'now').mockReturnValue(NOW);
afterEach(() => void vi.mocked(Date.now).mockReturnValue(NOW));

test('whoever has 30 messages in flight and more than a tenth of all comes behind the others', () => {
  const queue = queueOf({ loud: 1000, quiet: 1, none: 1 }, { loud: 30 });
  const fairness = new Fairness();
  expect(next(fairness, queue, 4)).toEqual(['quiet0', 'none0', 'loud0', 'loud1']);
  expect(queue.messages).toHaveLength(998);
  queue.messages.push(...messagesOf({ quiet: 1 }));
  expect(next(fairness, queue, 2)).toEqual(['quiet0', 'loud2']);
  expect(next(fairness, queueOf({}, { loud: 30 }))).toEqual([undefined]);
});

test.each<[string, Tenants]>([
  ['29 in flight', { loud: 29 }],
  ['a tenth of all', { loud: 30, none: 270 }],
])('%s is nobody’s noise: what came first comes first', (_, inFlight) => {
  expect(next(new Fairness(), queueOf({ loud: 9, quiet: 1 }, inFlight))).toEqual(['loud0']);
});

test('of several that are noisy the one with the fewest in flight comes first', () => {
  const queue = queueOf({ louder: 2, loud: 2, quiet: 1 }, { louder: 90, loud: 30 });
  expect(next(new Fairness(), queue, 6)).toEqual(['quiet0', 'loud0', 'loud1', 'louder0', 'louder1', undefined]);
});

test('it stays so while it has a backlog, however few it has in flight, and is quiet again with the backlog gone', () => {
  const fairness = new Fairness();
  next(fairness, queueOf({ loud: 5 }, { loud: 30 }));
  expect(next(fairness, queueOf({ loud: 5, quiet: 1 }, {}))).toEqual(['quiet0']);
  next(fairness, queueOf({ quiet: 1 }, {}));
  expect(next(fairness, queueOf({ loud: 5, quiet: 1 }, {}))).toEqual(['loud0']);
});

test('it is quiet again when it has sent nothing for five minutes', () => {
  const fairness = new Fairness();
  next(fairness, queueOf({ loud: 5 }, { loud: 30 }));
  vi.mocked(Date.now).mockReturnValue(NOW + 5 * MINUTE - 1);
  expect(next(fairness, queueOf({ loud: 5, quiet: 1 }, {}))).toEqual(['quiet0']);
  vi.mocked(Date.now).mockReturnValue(NOW + 5 * MINUTE);
  expect(next(fairness, queueOf({ loud: 5, quiet: 1 }, {}))).toEqual(['loud0']);
});

describe('consumers’ time', () => {
  const queue = () => queueOf({ slow: 5, quiet: 1 }, { slow: 2 });

  test('whoever has had more than a tenth of it is noisy, with few messages too', () => {
    const fairness = new Fairness();
    fairness.spent('slow', 101);
    fairness.spent(undefined, 899);
    expect(next(fairness, queue())).toEqual(['quiet0']);
    const even = new Fairness();
    even.spent('slow', 100);
    even.spent(undefined, 900);
    expect(next(even, queue())).toEqual(['slow0']);
  });

  test('counts for half a minute at least, and for a minute at most', () => {
    const nextIn = (ms: number) => {
      vi.mocked(Date.now).mockReturnValue(NOW);
      const fairness = new Fairness();
      fairness.spent('slow', 100);
      vi.mocked(Date.now).mockReturnValue(NOW + 30_000);
      fairness.spent(undefined, 100);
      vi.mocked(Date.now).mockReturnValue(NOW + ms);
      return next(fairness, queue());
    };
    expect(nextIn(59_999)).toEqual(['quiet0']);
    expect(nextIn(60_000)).toEqual(['slow0']);
  });

  test('is forgotten with the backlog', () => {
    const fairness = new Fairness();
    fairness.spent('slow', 100);
    next(fairness, queue());
    next(fairness, queueOf({ quiet: 1 }, {}));
    expect(next(fairness, queue())).toEqual(['slow0']);
  });
});
