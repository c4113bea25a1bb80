import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventKey } from '../../../lib/core/event-key.ts';
import { deduplicationId, messageGroup } from '../../../lib/core/fifo.ts';

type Parts = Parameters<typeof eventKey>;

describe('names that must not meet', () => {
  test.each([
    [
      ['t', 'b/c', 'd'],
      ['t', 'b', 'c/d'],
    ],
    [
      ['t', 'b', 'cd'],
      ['t', 'bc', 'd'],
    ],
    [
      ['t1', 's', 'i'],
      ['t', '1s', 'i'],
    ],
    [
      ['t', 's', 'é'],
      ['t', 's', 'e\u0301'],
    ],
    [
      ['t', '1:s', 'i'],
      ['t', '1', ':si'],
    ],
  ] as [Parts, Parts][])('two ids that join alike are two events: %j and %j', (one, other) => {
    expect(eventKey(...one)).not.toBe(eventKey(...other));
  });

  test('an event key is 43 characters of base64url, the same every time', () => {
    expect(eventKey('local', '/tenants/local', '1')).toMatch(/^[\w-]{43}$/);
    expect(eventKey('local', '/tenants/local', '1')).toBe(eventKey('local', '/tenants/local', '1'));
  });

  test('an event key is the hash of the bytes of each part after their number', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, (...parts) => {
        const hash = createHash('sha256');
        for (const part of parts) hash.update(`${Buffer.from(part).length}:`).update(Buffer.from(part));
        expect(eventKey(...parts)).toBe(hash.digest('base64url'));
      }),
    );
  });

  test('deduplication id swallowing a replay: payload, replay and queue make it another one (protocol: deduplication-id)', () => {
    const ids = [
      deduplicationId('k', 'f', 0),
      deduplicationId('k', 'f', 1),
      deduplicationId('k', 'g', 0),
      deduplicationId('l', 'f', 0),
      deduplicationId('k', 'f', 0, 'dead-letters.fifo'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('two tenants never share a message group', () => {
    expect(messageGroup('a', 'bc')).not.toBe(messageGroup('ab', 'c'));
  });
});
