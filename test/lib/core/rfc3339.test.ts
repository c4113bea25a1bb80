import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochMilliseconds, isOwnTimestamp } from '../../../lib/core/rfc3339.ts';

const [earliest, latest] = [new Date('0000-01-01T00:00:00.000Z'), new Date('9999-12-31T23:59:59.999Z')];
const moments = fc.date({ min: earliest, max: latest, noInvalidDate: true });

test('a time as Sluice writes it is the moment that JavaScript takes it for', () => {
  fc.assert(
    fc.property(moments, (moment) => {
      const text = moment.toISOString();
      expect(isOwnTimestamp(text)).toBe(true);
      expect(epochMilliseconds(text)).toBe(moment.getTime());
    }),
  );
});

test('a text that differs from one is of that form only where JavaScript writes it so, and is read as its other forms are', () => {
  fc.assert(
    fc.property(moments, fc.nat(23), fc.constantFrom(...'0123456789-:.TZtz +'), (moment, at, other) => {
      const own = moment.toISOString();
      const text = own.slice(0, at) + other + own.slice(at + 1);
      const date = new Date(text);
      expect(isOwnTimestamp(text)).toBe(!Number.isNaN(date.getTime()) && date.toISOString() === text);
      // The same moment with a digit more, which is none of that form.
      const longer = `${text.slice(0, -1)}0${text.slice(-1)}`;
      if (isOwnTimestamp(text)) expect(epochMilliseconds(text)).toBe(epochMilliseconds(longer));
    }),
  );
});

test.each([
  '2026-02-30T12:00:00.000Z',
  '2026-13-01T12:00:00.000Z',
  '2026-11-23T24:00:00.000Z',
  '2026-11-23T12:60:00.000Z',
  '2026-11-23T12:00:60.000Z',
])('no such moment: %s', (text) => {
  expect(isOwnTimestamp(text)).toBe(false);
  expect(epochMilliseconds(text)).toBeUndefined();
});
