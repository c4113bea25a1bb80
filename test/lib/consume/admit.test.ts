import { expect, test } from 'vitest';
import { admit } from '../../../lib/consume/admit.ts';
import type { Batch } from '../../../lib/consume/batch.ts';
import type { Fact } from '../../../lib/consume/facts.ts';
import type { Message } from '../../../lib/core/message.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { definitionOf } from '../../support/definitions.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const NEW_YEAR = Date.UTC(2017, 0, 1);
const LEAP = '2016-12-31T23:59:60Z';

/** What becomes of a message at a time. */
async function admitted(change: Partial<Message>, now: number) {
  const message: Message = {
    ...{ version: 1, tenant: 't', id: 'e', source: '/s', type: 'parcel.sent', time: LEAP, replay: 0 },
    ...{ recordedtime: '2017-01-01T00:00:00.123Z', extensions: {}, data: { name: 'a' } },
    ...{ fingerprint: 'f'.repeat(43), schema: '0'.repeat(16), ...change },
  };
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '0' };
  const records = [{ messageId: 'm', receiptHandle: 'r', body: '', attributes }] as const;
  const facts: Fact[] = [];
  const batch = {
    options: { definition: defineEvent(definitionOf('parcel.sent')), schemaHash: message.schema },
    ports: { clock: fakeClock(now) },
    settle: async (_: unknown, fact: Fact) => void facts.push(fact),
  };
  // What admit() uses of a batch.
  const { admitted } = await admit([{ key: 'k', message, records, receives: 1, sentAt: 0 }], batch as unknown as Batch);
  return { events: admitted.map(({ event }) => event), facts };
}

test('an event expires at a leap second, and not before (21)', async () => {
  const extensions = { expirytime: LEAP };
  expect(await admitted({ extensions }, NEW_YEAR)).toEqual({ events: [], facts: [{ kind: 'expired' }] });
  expect(await admitted({ extensions }, NEW_YEAR - 1)).toMatchObject({ events: [{ id: 'e' }], facts: [] });
});

test.each([
  [LEAP, '2017-01-01T00:00:00.000Z'],
  ['2016-12-31t18:59:60.5-05:00', '2017-01-01T00:00:00.500Z'],
  ['0001-01-01T00:00:00.123456789Z', '0001-01-01T00:00:00.123Z'],
])('an event of %s has its times as dates that are right, and as they were sent (21)', async (time, expected) => {
  const { events } = await admitted({ time }, NEW_YEAR);
  expect(events).toMatchObject([{ time, recordedtime: '2017-01-01T00:00:00.123Z' }]);
  expect(events[0]?.happenedAt.toISOString()).toBe(expected);
  expect(events[0]?.recordedAt.toISOString()).toBe('2017-01-01T00:00:00.123Z');
});
