import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../lib/core/fingerprint.ts';

const event = {
  type: 'parcel.sent',
  subject: 's',
  time: '2026-11-23T12:00:00Z',
  dataschema: 'https://example.org/s',
  extensions: { partitionkey: 'k', expirytime: '2030-01-01T00:00:00Z', extra: 'x' },
  data: { a: 1, b: [1, 2] },
};

describe('a fingerprint', () => {
  it('is base64url of SHA-256', () => {
    expect(fingerprint(event)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('is that of a text which anybody can write down', () => {
    const text = '{"data":{"a":"ü","z":1},"datacontenttype":"application/json","extensions":{"n":"1"},"type":"a.b"}';
    expect(fingerprint({ type: 'a.b', extensions: { n: 1 }, data: { z: 1, a: 'ü' } })).toBe(
      createHash('sha256').update(text).digest('base64url'),
    );
  });

  it.each([
    ['type', { type: 'parcel.lost' }],
    ['subject', { subject: 't' }],
    ['no subject', { subject: undefined }],
    ['time', { time: '2026-11-23T12:00:00.0Z' }],
    ['dataschema', { dataschema: 'https://example.org/t' }],
    ['datacontenttype', { datacontenttype: 'application/vnd.parcel+json' }],
    ['partitionkey', { extensions: { ...event.extensions, partitionkey: 'l' } }],
    ['expirytime', { extensions: { ...event.extensions, expirytime: '2031-01-01T00:00:00Z' } }],
    ['an extension', { extensions: { ...event.extensions, extra: 'y' } }],
    ['one extension more', { extensions: { ...event.extensions, more: '' } }],
    ['data', { data: { a: 1, b: [2, 1] } }],
    ['a number that is now text', { data: { a: '1', b: [1, 2] } }],
    [
      'an attribute that is now an extension',
      { subject: undefined, extensions: { ...event.extensions, subject: 's' } },
    ],
  ])('tells another %s', (_, changed) => {
    expect(fingerprint({ ...event, ...changed } as typeof event)).not.toBe(fingerprint(event));
  });

  it.each([
    ['the order of keys', { data: { b: [1, 2], a: 1 } }],
    ['a JSON media type that is said', { datacontenttype: 'Application/JSON; charset=utf-8' }],
    ['trace attributes', { extensions: { ...event.extensions, traceparent: '00-x', tracestate: 'a=b' } }],
  ])('passes over %s', (_, changed) => {
    expect(fingerprint({ ...event, ...changed })).toBe(fingerprint(event));
  });

  it('counts extension values by their text, as binary mode has them (protocol: fingerprint)', () => {
    const of = (extra: string | number | boolean) => fingerprint({ ...event, extensions: { extra } });
    expect(of(5)).toBe(of('5'));
    expect(of(true)).toBe(of('true'));
  });

  it('is equal exactly when data are equal as JSON', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, shuffled(inner)]),
      );
    };
    const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (data) => fingerprint({ ...event, data }) === fingerprint({ ...event, data: shuffled(data) })),
    );
    fc.assert(
      fc.property(json, json, (a, b) => {
        let same = true;
        try {
          expect(a).toEqual(b);
        } catch {
          same = false;
        }
        expect(fingerprint({ ...event, data: a }) === fingerprint({ ...event, data: b })).toBe(same);
      }),
    );
  });
});
