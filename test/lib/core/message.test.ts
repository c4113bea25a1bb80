import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NewerFormatError, UndecodableError } from '../../../lib/core/errors.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../lib/core/message.ts';
import { cpuMs } from '../../support/cpu-time.ts';

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
    ['a text', '"version 2"'],
    ['without a version', JSON.stringify({ ...message, version: undefined })],
    ['of version 0', JSON.stringify({ ...message, version: 0 })],
    ['of a version below 0', JSON.stringify({ version: -2 })],
    ['of a version that is no whole number', JSON.stringify({ version: 2.5 })],
    ['of a version that is no number', JSON.stringify({ ...message, version: '2' })],
    ['of a version beyond all counting', '{"version":1e300}'],
    ['of version 2 in an object of its own', JSON.stringify({ message: { ...message, version: 2 } })],
    ['a tenant of other characters', JSON.stringify({ ...message, tenant: 'A/B' })],
    ['no id', JSON.stringify({ ...message, id: undefined })],
    ['an id of no characters', JSON.stringify({ ...message, id: '' })],
    ['an extension that is no scalar', JSON.stringify({ ...message, extensions: { a: {} } })],
    ['a fingerprint cut short', JSON.stringify({ ...message, fingerprint: 'f' })],
    ['a replay below 0', JSON.stringify({ ...message, replay: -1 })],
    ['a replay that is no whole number', JSON.stringify({ ...message, replay: 0.5 })],
    ...[
      [
        'recordedtime',
        'yesterday',
        '2026-11-23T12:00:00Z',
        '2026-11-23T12:00:00.000+00:00',
        '2026-02-30T12:00:00.000Z',
      ],
      ['recordedtime', '+012026-11-23T12:00:00.000Z', '2026-11-23T12:00:00.000Z 1', '￿', 1, null],
      ['time', 'now', '2026-13-01T00:00:00Z', '2026-11-23', '', 0],
      ['fingerprint', 'f'.repeat(44), `${'f'.repeat(42)}=`, `${'f'.repeat(42)}/`],
      ['replay', 2 ** 31, -1, '0', 1e300],
      ['schema', '', 'two words', 'x'.repeat(65)],
      ['build', null, 'x', {}, { hash: 'x' }, { time: '2026-11-23T12:00:00.000Z' }],
      ['build', { hash: 'two words', time: '2026-11-23T12:00:00.000Z' }, { hash: 'x', time: 'yesterday' }],
      ['traceparent', '', '00-0-0-0', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`],
      ['extensions', { a: 1.5 }, { a: 2 ** 40 }, { A: 'x' }, { _bsontype: 'ObjectId' }, { a: null }, []],
      ['subject', 1, {}],
    ].flatMap(([name, ...values]) =>
      values.map((value): [string, string] => [
        `forged: ${name} ${JSON.stringify(value)}`,
        JSON.stringify({ ...message, [String(name)]: value }),
      ]),
    ),
  ])('entry 26: that is %s is refused as undecodable', (_, body) => {
    expect(() => decodeMessage(body)).toThrow(UndecodableError);
  });

  it.each<[string, Partial<Message>]>([
    ['256 astral characters in an id', { id: '😀'.repeat(256) }],
    [
      'a leap second, lower-case letters, an offset and many digits',
      { time: '2016-12-31t18:59:60.1234567890123-05:00' },
    ],
    [
      'a subject, a dataschema and an extension of any length',
      { subject: 's'.repeat(9999), dataschema: `a:${'b'.repeat(9999)}` },
    ],
    ['an extension of a long name', { extensions: { ['a'.repeat(200)]: 'x'.repeat(9999) } }],
    ['any member of data', { data: JSON.parse('{"__proto__":1,"_bsontype":"ObjectId","$where":1}') }],
    ['a sender', { by: { key: 'k-1', name: 'till 3' } }],
    ['a build', { build: { hash: '0123456789abcdef', time: '2026-11-23T11:00:00.000Z' } }],
    [
      'a build of which newer code says more',
      { build: { hash: 'x', time: '2026-11-23T11:00:00.000Z', more: 1 } as Message['build'] },
    ],
    ['a trace', { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` }],
    ['a fingerprint of all kinds of characters', { fingerprint: `${'aZ0-_'.repeat(8)}abc` }],
  ])('entry 26: that a door let in is read: %s', (_, change) => {
    const sent = { ...message, ...change };
    expect(decodeMessage(encodeMessage(sent))).toEqual(sent);
  });

  it('keeps members that it does not know apart from its own, and passes them on, whatever they are', () => {
    const carried = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(carried, (members) => {
        const body = JSON.stringify({ ...members, ...message });
        const decoded = decodeMessage(body);
        const { carried: kept, ...own } = decoded;
        expect(own).toEqual(message);
        // Of a name that is one of ours the message's own member counts.
        const unknown = Object.entries(members).filter(([name]) => !Object.hasOwn(message, name));
        expect(kept ?? {}).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(unknown))));
        expect(JSON.parse(encodeMessage(decoded))).toEqual(JSON.parse(body));
      }),
    );
  });

  it('passes on members of names that JavaScript makes much of, and gives none of them a meaning', () => {
    const odd = '"__proto__":{"tenant":"other"},"constructor":1,"carried":{"tenant":"other"}';
    const body = `{${odd},${JSON.stringify(message).slice(1)}`;
    const decoded = decodeMessage(body);
    expect(decoded).toMatchObject(message);
    expect(Object.keys(decoded.carried ?? {})).toEqual(['__proto__', 'constructor', 'carried']);
    expect(encodeMessage(decoded)).toBe(body);
    expect(() => decodeMessage('{"__proto__":{"version":2}}')).toThrow(UndecodableError);
  });

  it.each([2, 3, Number.MAX_SAFE_INTEGER])('of version %d is of newer code, whatever else it is', (version) => {
    for (const rest of [message, {}, { tenant: 7, data: null }])
      expect(() => decodeMessage(JSON.stringify({ ...rest, version }))).toThrow(NewerFormatError);
    expect(() => decodeMessage(`{"version":${version},"data":${'['.repeat(99)}${']'.repeat(99)}}`)).toThrow(
      NewerFormatError,
    );
  });

  it('is bounded in depth, members that it does not know among it, and read in linear time', async () => {
    const around = (inner: string) => `{"more":${inner},${JSON.stringify(message).slice(1)}`;
    const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;
    expect(decodeMessage(around(nested(68))).carried).toEqual({ more: JSON.parse(nested(68)) });
    expect(() => decodeMessage(around(nested(72)))).toThrow('nested deeper');
    const many = Array.from({ length: 50_000 }, (_, index) => `"m${index}":1`).join();
    const took = await cpuMs(() => {
      expect(() => decodeMessage(around('['.repeat(250_000) + ']'.repeat(250_000)))).toThrow(UndecodableError);
      expect(Object.keys(decodeMessage(around(`{${'"k":1,'.repeat(50_000)}"z":1}`)).carried ?? {})).toEqual(['more']);
      expect(Object.keys(decodeMessage(`{${many},${JSON.stringify(message).slice(1)}`).carried ?? {})).toHaveLength(
        50_000,
      );
    });
    expect(took).toBeLessThan(5000);
  });
});
