import { afterEach, expect, test, vi } from 'vitest';
import { Fairness } from '../../../../local/engines/sqs/fairness.ts';
import type { StoredMessage } from '../../../../local/engines/sqs/fauxqs.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-29T12:00:00Z');

type Tenants = Readonly<Record<string, number>>;
type Waiting = Parameters<Fairness['inOrder']>[0];

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
const firstOf = (messages: readonly StoredMessage[], many = 1) =>
  messages.slice(0, many).map(({ messageId }) => messageId);

vi.spyOn(Date, 'now').mockReturnValue(NOW);
afterEach(() => void vi.mocked(Date.now).mockReturnValue(NOW));

test('whoever has 30 messages in flight and more than a tenth of all comes behind the others', () => {
  const queue = queueOf({ loud: 1000, quiet: 1, none: 1 }, { loud: 30 });
  const order = new Fairness().inOrder(queue);
  expect(firstOf(order, 4)).toEqual(['quiet0', 'none0', 'loud0', 'loud1']);
  expect(order).toHaveLength(1002);
});

test.each<[string, Tenants]>([
  ['29 in flight', { loud: 29 }],
  ['a tenth of all', { loud: 30, none: 270 }],
])('%s is nobody’s noise: what came first comes first', (_, inFlight) => {
  expect(firstOf(new Fairness().inOrder(queueOf({ loud: 9, quiet: 1 }, inFlight)))).toEqual(['loud0']);
});

test('of several that are noisy the one with the fewest in flight comes first', () => {
  const queue = queueOf({ louder: 5, loud: 5, quiet: 1 }, { louder: 90, loud: 30 });
  expect(firstOf(new Fairness().inOrder(queue), 3)).toEqual(['quiet0', 'loud0', 'loud1']);
});

test('it stays so while it has a backlog, however few it has in flight, and is quiet again with the backlog gone', () => {
  const fairness = new Fairness();
  fairness.inOrder(queueOf({ loud: 5 }, { loud: 30 }));
  expect(firstOf(fairness.inOrder(queueOf({ loud: 5, quiet: 1 }, {})))).toEqual(['quiet0']);
  fairness.inOrder(queueOf({ quiet: 1 }, {}));
  expect(firstOf(fairness.inOrder(queueOf({ loud: 5, quiet: 1 }, {})))).toEqual(['loud0']);
});

test('it is quiet again when it has sent nothing for five minutes', () => {
  const fairness = new Fairness();
  const queue = queueOf({ loud: 5, quiet: 1 }, {});
  fairness.inOrder(queueOf({ loud: 5 }, { loud: 30 }));
  vi.mocked(Date.now).mockReturnValue(NOW + 5 * MINUTE - 1);
  expect(firstOf(fairness.inOrder(queue))).toEqual(['quiet0']);
  vi.mocked(Date.now).mockReturnValue(NOW + 5 * MINUTE);
  expect(firstOf(fairness.inOrder(queue))).toEqual(['loud0']);
});
