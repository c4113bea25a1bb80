import { describe, expect, test } from 'vitest';
import { decodeBatch } from '../../../lib/consume/decode.ts';
import { encodeMessage, MAX_MESSAGE_BYTES } from '../../../lib/core/message.ts';
import { prepareDelivery } from '../../support/prepare-delivery.ts';

const strangersOf = (data: string) => {
  const { message } = prepareDelivery({ id: 'e-1', data, type: 'other.type', schema: 'hash' });
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '0' };
  const record = { messageId: 'm', receiptHandle: 'r', body: encodeMessage(message), attributes };
  return { record, ...decodeBatch([record], { type: 'parcel.sent' }) };
};

describe('entry 43: a misplaced message near the most that SQS takes is cut by what it weighs', () => {
  test.each([
    ['of one byte a character', 'x'],
    ['of two', 'ü'],
    ['of three', '語'],
    ['of four, which are pairs', '😀'],
  ])('%s', (_, character) => {
    const room = MAX_MESSAGE_BYTES - Buffer.byteLength(strangersOf('').record.body);
    // Astral characters are escaped as they are sent, so that these weigh twelve.
    const weight = character === '😀' ? 12 : Buffer.byteLength(character);
    const { record, strangers } = strangersOf(character.repeat(Math.floor(room / weight)));
    expect(Buffer.byteLength(record.body)).toBeGreaterThan(MAX_MESSAGE_BYTES - 20);
    const body = strangers[0]?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    expect(Buffer.byteLength(body)).toBeGreaterThan(MAX_MESSAGE_BYTES - 4);
    expect(body.isWellFormed()).toBe(true);
    expect(body).toMatch(/^on the wrong queue: \{/);
  });

  test('a small one is whole', () => {
    const { record, strangers } = strangersOf('ü');
    expect(strangers).toMatchObject([{ body: `on the wrong queue: ${record.body}` }]);
  });
});
