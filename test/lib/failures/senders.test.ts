import { describe, expect, test } from 'vitest';
import { sendersOf } from '../../../lib/failures/senders.ts';

const believes = sendersOf('sluice-prod-');
const counted = { ApproximateReceiveCount: '1', SentTimestamp: '0' };
const ingest = 'AROAINGEST0000000000A:sluice-prod-ingest';
const queue = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;

describe('a letter of parcel.sent (protocol: letters-by-sender)', () => {
  const isBelieved = (attributes: object) => believes({ ...counted, ...attributes }, 'parcel.sent');

  test('is believed from the consumer of that type, whichever role it has', () => {
    for (const role of ['AROAIWPX5BD2BHG722MW4', 'AROALOCAL'])
      expect(isBelieved({ SenderId: `${role}:sluice-prod-onParcelSent` })).toBe(true);
  });

  test.each([
    ['the consumer of another type', 'AROAIWPX5BD2BHG722MW4:sluice-prod-onParcelSentLate'],
    ['the same consumer of another stage', 'AROAIWPX5BD2BHG722MW4:sluice-dev-onParcelSent'],
    ['ingest, which moves nothing by itself', ingest],
    ['a user who is called so', 'AIDAIENQZJOLO23YVJ4VO:sluice-prod-onParcelSent'],
    ['a name with more before it', 'AROAIWPX5BD2BHG722MW4:x:sluice-prod-onParcelSent'],
    ['the account', '123456789012'],
    ['nobody', undefined],
  ])('is not believed from %s', (_, SenderId) => {
    expect(isBelieved(SenderId === undefined ? {} : { SenderId })).toBe(false);
  });

  test.each(['sluice-prod-parcel-sent', 'sluice-prod-parcel-sent.fifo'])(
    'is believed where SQS moved it from its queue %s: bare messages of ingest and of replays are sent there alone',
    (name) => expect(isBelieved({ SenderId: ingest, DeadLetterQueueSourceArn: queue(name) })).toBe(true),
  );

  test.each(['sluice-prod-parcel-moved', 'sluice-dev-parcel-sent', 'another-sluice-prod-parcel-sent', 'parcel-sent'])(
    'is not believed where SQS moved it from %s, whoever sent it',
    (name) => {
      const SenderId = 'AROAIWPX5BD2BHG722MW4:sluice-prod-onParcelSent';
      expect(isBelieved({ SenderId, DeadLetterQueueSourceArn: queue(name) })).toBe(false);
    },
  );
});
