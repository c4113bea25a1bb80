import { describe, expect, test } from 'vitest';
import { sendersOf } from '../../../lib/failures/senders.ts';

const believes = sendersOf('sluice-prod-');
const counted = { ApproximateReceiveCount: '1', SentTimestamp: '0' };
const ingest = 'AROAINGEST0000000000A:sluice-prod-ingest';
const queue = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;

describe('a letter of order.placed (protocol: letters-by-sender)', () => {
  const isBelieved = (attributes: object) => believes({ ...counted, ...attributes }, 'order.placed');

  test('is believed from the consumer of that type, whichever role it has', () => {
    for (const role of ['AROAIWPX5BD2BHG722MW4', 'AROALOCAL'])
      expect(isBelieved({ SenderId: `${role}:sluice-prod-onOrderPlaced` })).toBe(true);
  });

  test.each([
    ['the consumer of another type', 'AROAIWPX5BD2BHG722MW4:sluice-prod-onOrderPlacedLate'],
    ['the same consumer of another stage', 'AROAIWPX5BD2BHG722MW4:sluice-dev-onOrderPlaced'],
    ['ingest, which moves nothing by itself', ingest],
    ['a user who is called so', 'AIDAIENQZJOLO23YVJ4VO:sluice-prod-onOrderPlaced'],
    ['a name with more before it', 'AROAIWPX5BD2BHG722MW4:x:sluice-prod-onOrderPlaced'],
    ['the account', '123456789012'],
    ['nobody', undefined],
  ])('is not believed from %s', (_, SenderId) => {
    expect(isBelieved(SenderId === undefined ? {} : { SenderId })).toBe(false);
  });

  test.each(['sluice-prod-order-placed', 'sluice-prod-order-placed.fifo'])(
    'is believed where SQS moved it from its queue %s: bare messages of ingest and of replays are sent there alone',
    (name) => expect(isBelieved({ SenderId: ingest, DeadLetterQueueSourceArn: queue(name) })).toBe(true),
  );

  test.each(['sluice-prod-order-moved', 'sluice-dev-order-placed', 'another-sluice-prod-order-placed', 'order-placed'])(
    'is not believed where SQS moved it from %s, whoever sent it',
    (name) => {
      const SenderId = 'AROAIWPX5BD2BHG722MW4:sluice-prod-onOrderPlaced';
      expect(isBelieved({ SenderId, DeadLetterQueueSourceArn: queue(name) })).toBe(false);
    },
  );
});
