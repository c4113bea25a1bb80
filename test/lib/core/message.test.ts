import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UndecodableError } from '../../../lib/core/errors.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../lib/core/message.ts';

const message: Message = {
  version: 1,
  tenant: 'local',
  id: 'e',
  source: '/tenants/local',
  type: 'parcel.sent',
  time: '2026-11-23T12:00:00Z',
  recordedtime: '2026-11-23T12:00:00.000Z',
  extensions: { extra: 'x', number: 1, yes: true },
  data: { parcel: 'p' },
  fingerprint: 'f'.repeat(43),
  replay: 0,
  schema: '0123456789abcdef',
};

describe('a message', () => {
  it('comes back equal, whatever text is in it', () => {
    const unit = fc.constantFrom(
      '\0',
      '\u0007',
      '\t',
      '\n',
      '\u007f',
      '\ud7ff',
      '\ue000',
      '\ufeff',
      '\ufffd',
      '\ufffe',
      '\uffff',
      '😀',
      '"',
      '\\',
      'a',
    );
    fc.assert(
      fc.property(fc.string({ unit }), fc.string({ unit }), (key, value) => {
        const sent = { ...message, subject: value, data: { [key]: [value] } };
        expect(decodeMessage(encodeMessage(sent))).toEqual(sent);
      }),
    );
  });

  it('holds only characters that SQS carries (protocol: as-sent)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(encodeMessage({ ...message, data: text })).toMatch(/^[\t\n\r\x20-\ud7ff\ue000-\ufffd]*$/);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['null', 'null'],
    ['an array', '[]'],
    ['another version', JSON.stringify({ ...message, version: 2 })],
    ['an unknown member', JSON.stringify({ ...message, more: 1 })],
    ['a tenant of other characters', JSON.stringify({ ...message, tenant: 'A/B' })],
    ['no id', JSON.stringify({ ...message, id: undefined })],
    ['an id of no characters', JSON.stringify({ ...message, id: '' })],
    ['an extension that is no scalar', JSON.stringify({ ...message, extensions: { a: {} } })],
    ['a fingerprint cut short', JSON.stringify({ ...message, fingerprint: 'f' })],
    ['a replay below 0', JSON.stringify({ ...message, replay: -1 })],
    ['a replay that is no whole number', JSON.stringify({ ...message, replay: 0.5 })],
  ])('that is %s is refused as undecodable', (_, body) => {
    expect(() => decodeMessage(body)).toThrow(UndecodableError);
  });
});
