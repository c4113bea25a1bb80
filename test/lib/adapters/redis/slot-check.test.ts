import { describe, expect, it } from 'vitest';
import { checkOneSlot, slotOf } from '../../../../lib/adapters/redis/slot-check.ts';

// https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
describe('the slot of a key', () => {
  it('is CRC16 of the key modulo 16,384', () => {
    expect(slotOf('123456789')).toBe(0x31c3);
    expect(slotOf('foo')).toBe(12_182);
  });

  it.each([
    ['{user1000}.following', 'user1000', 'the text between the first braces'],
    ['foo{bar}{zap}', 'bar', 'the first pair of braces'],
    ['foo{{bar}}zap', '{bar', 'from the first opening to the first closing brace'],
  ])('of %s is that of %s: %s', (key, tag) => {
    expect(slotOf(key)).toBe(slotOf(tag));
  });

  it('of a key with empty braces is that of the whole key', () => {
    expect(slotOf('foo{}{bar}')).not.toBe(slotOf('bar'));
    expect(slotOf('foo{}{bar}')).toBe(8363);
  });
});

describe('the check', () => {
  it('passes keys of one hash tag, and no keys at all', () => {
    expect(() => checkOneSlot(['{a}:1', '{a}:2'])).not.toThrow();
    expect(() => checkOneSlot([])).not.toThrow();
  });
  it('names the keys that lie apart', () => {
    expect(() => checkOneSlot(['{a}:1', '{b}:1'])).toThrow('{a}:1 and {b}:1');
  });
});
