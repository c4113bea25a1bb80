import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { allLoaded } from '../../support/all-loaded.ts';
import { ingestWorld } from '../../support/ingest-world.ts';

const json = 'application/json';
const structured = 'application/cloudevents+json';
const batched = 'application/cloudevents-batch+json';
const event = { type: 'parcel.sent', data: { parcel: 'p-1' } };
const cloudEvent = { specversion: '1.0', id: 'e-1', source: '/site', ...event };
/** What API Gateway makes of a header that was sent twice. */
const ofTwo = (value: string): string => (value.includes(',') ? 'entry 20: ' : '');
const binaryHeaders = { 'ce-specversion': '1.0', 'ce-id': 'e-1', 'ce-source': '/site', 'ce-type': 'parcel.sent' };
const with_ = (members: object) => ({ ...event, ...members });
const utf8 = (text: string) => Buffer.from(text);

const text = z.string().transform((json): unknown => JSON.parse(json));
const fail = (): never => {
  throw new TypeError('a secret of ours');
};
/** A type whose schema breaks over some data. */
const fragile = catalogueOf([
  defineEvent({
    type: 'parcel.read',
    summary: 'A type of the tests',
    data: z
      .strictObject({
        json: text.optional(),
        list: z.array(z.strictObject({ json: text })).optional(),
        count: z.union([z.string(), z.number().refine((count) => count !== 7 || fail())]).optional(),
        later: z
          .string()
          .refine((value) => (value === 'x' ? Promise.resolve(true) : true))
          .optional(),
        by: z.record(z.string(), text).optional(),
        all: z.boolean().optional(),
      })
      .refine(({ all }) => !all || fail()),
    example: {},
    orderedBy: ({ list }) => (list ? String(list[0]?.json ?? fail()) : 'none'),
    handle: async () => undefined,
  }),
]);

interface Case {
  what: string;
  body: unknown;
  headers?: Record<string, string>;
  detail?: RegExp;
  pointers?: string[];
}

const rows: Record<string, Case[]> = {
  '400 invalid-json': [
    { what: 'no body', body: '' },
    { what: 'text', body: 'hello', detail: /character 0/ },
    { what: 'a body cut short', body: '{"type":"parcel.sent"' },
    { what: 'a leading byte order mark', body: `\ufeff${JSON.stringify(event)}`, detail: /byte order mark/ },
    { what: 'a key twice', body: '{"type":"parcel.sent","type":"parcel.sent","data":{"parcel":"p"}}' },
    { what: 'a key twice deep in data', body: '{"type":"parcel.sent","data":{"parcel":"p","parcel":"q"}}' },
    { what: 'a lone surrogate', body: '{"type":"parcel.sent","data":{"parcel":"\\ud800"}}' },
    {
      what: 'a lone surrogate in text as the gateway passes it',
      body: '{"type":"parcel.sent","data":{"parcel":"\ud800"}}',
    },
    { what: 'NUL in a key', body: '{"type":"anything.happened","data":{"a\\u0000":1}}' },
    { what: 'a number beyond a double', body: '{"type":"anything.happened","data":1e400}' },
    { what: '65 levels', body: `{"type":"anything.happened","data":${'['.repeat(64)}${']'.repeat(64)}}`, detail: /64/ },
    { what: 'a million brackets', body: '['.repeat(1_000_000) },
    { what: 'an array with one byte wrong', body: `[${JSON.stringify(event)},]` },
    {
      what: 'bytes that are not UTF-8',
      body: Buffer.from(JSON.stringify({ ...cloudEvent, subject: '\u00ff' }), 'latin1'),
      headers: { 'content-type': structured },
      detail: /UTF-8/,
    },
    {
      what: 'a byte order mark in bytes',
      body: utf8(`\ufeff${JSON.stringify(cloudEvent)}`),
      headers: { 'content-type': structured },
      detail: /byte order mark/,
    },
    {
      what: 'a gzip body said to be CloudEvents',
      body: Buffer.from([0x1f, 0x8b, 0x08, 0x00]),
      headers: { 'content-type': structured },
    },
    { what: 'binary data that is not JSON', body: '{', headers: { 'content-type': json, ...binaryHeaders } },
  ],
  '400 invalid-event': [
    ...['null', '5', '"parcel.sent"', 'true'].map((body) => ({ what: `JSON that is ${body}`, body })),
    { what: 'a structured array', body: [cloudEvent], headers: { 'content-type': structured } },
    { what: 'a batch that is no array', body: cloudEvent, headers: { 'content-type': batched } },
    { what: 'an empty object', body: {}, pointers: ['#/type'] },
    { what: 'type null', body: with_({ type: null }), pointers: ['#/type'] },
    ...['', 5, {}, [], true, 'a\nb', 'a\u007fb', 'a\u0085b', 'a\ufffe', 'a\ufdd0', 'a\u{1ffff}', 'a\u0000'].map(
      (type) => ({
        what: `type ${JSON.stringify(type)}`,
        body: with_({ type }),
        pointers: ['#/type'],
      }),
    ),
    ...['', '.', '..', 'x'.repeat(257), '😀'.repeat(129), 5, 'a\tb', '\u0000', 'a\uffff', {}].map((id) => ({
      what: `id ${JSON.stringify(id).slice(0, 30)}`,
      body: with_({ id }),
      pointers: ['#/id'],
    })),
    ...['', 'x'.repeat(513), 'a b', 'ü', '%zz', '1a:b', '/a\\b', '<x>', 'http://[::1', '//a#b#c', 5].map((source) => ({
      what: `source ${JSON.stringify(source).slice(0, 30)}`,
      body: with_({ source }),
      pointers: ['#/source'],
    })),
    ...['', 5, 'a\u0001'].map((subject) => ({
      what: `subject ${JSON.stringify(subject)}`,
      body: with_({ subject }),
      pointers: ['#/subject'],
    })),
    ...[
      'yesterday',
      '',
      1_700_000_000,
      '2026-11-23',
      '2026-11-23T12:00:00',
      '2026-11-23 12:00:00Z',
      '2026-02-29T12:00:00Z',
      '2100-02-29T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-00-01T00:00:00Z',
      '2026-11-23T24:00:00Z',
      '2026-11-23T12:60:00Z',
      '2026-11-23T12:00:61Z',
      '2026-11-23T12:00:60Z',
      '2026-11-30T22:59:60Z',
      '2026-11-23T23:59:60Z',
      '2026-11-23T12:00:00+24:00',
      '2026-11-23T12:00:00+0100',
      '2026-11-23T12:00:00.Z',
      '26-11-23T12:00:00Z',
      ' 2026-11-23T12:00:00Z',
      '2026-11-23T12:00:00Z\n',
      '٢٠٢٦-11-23T12:00:00Z',
    ].flatMap((time) => [
      { what: `time ${JSON.stringify(time)}`, body: with_({ time }), pointers: ['#/time'] },
      { what: `expirytime ${JSON.stringify(time)}`, body: with_({ expirytime: time }), pointers: ['#/expirytime'] },
    ]),
    { what: 'specversion 0.3', body: with_({ specversion: '0.3' }), pointers: ['#/specversion'] },
    { what: 'specversion as number', body: with_({ specversion: 1.0 }), pointers: ['#/specversion'] },
    ...['', 'schema.json', 'a b:c'].map((dataschema) => ({
      what: `dataschema ${dataschema}`,
      body: with_({ dataschema }),
      pointers: ['#/dataschema'],
    })),
    ...['', 'json', 'application/', '/json', 'application/json; charset'].map((datacontenttype) => ({
      what: `datacontenttype ${datacontenttype}`,
      body: with_({ datacontenttype }),
      pointers: ['#/datacontenttype'],
    })),
    ...['', 5, true].map((partitionkey) => ({
      what: `partitionkey ${partitionkey}`,
      body: with_({ partitionkey }),
      pointers: ['#/partitionkey'],
    })),
    ...['camelCase', 'with-dash', 'with_underscore', 'x'.repeat(65), 'ü', '', 'a b', '$ne'].map((name) => ({
      what: `an extension named ${JSON.stringify(name)}`,
      body: with_({ [name]: 'x' }),
    })),
    { what: 'a member __proto__', body: '{"type":"parcel.sent","data":{"parcel":"p"},"__proto__":{"x":1}}' },
    ...[{}, [], 1.5, 2 ** 31, -(2 ** 31) - 1, 1e21, 'a\u0007'].map((value) => ({
      what: `an extension of ${JSON.stringify(value)}`,
      body: with_({ extra: value }),
      pointers: ['#/extra'],
    })),
    ...(['specversion', 'id', 'source', 'type'] as const).flatMap((name) => [
      {
        what: `a structured event without ${name}`,
        body: { ...cloudEvent, [name]: undefined },
        headers: { 'content-type': structured },
        pointers: [`#/${name}`],
      },
      {
        what: `a structured event with ${name} null`,
        body: { ...cloudEvent, [name]: null },
        headers: { 'content-type': structured },
        pointers: [`#/${name}`],
      },
      {
        what: `a binary event without ${name}`,
        body: event.data,
        headers: Object.fromEntries(
          Object.entries({ ...binaryHeaders, 'content-type': json }).filter(([header]) => header !== `ce-${name}`),
        ),
        pointers: [`#/${name}`],
      },
    ]),
    ...Object.entries({
      'ce-subject': '%C0%A0',
      'ce-half': '%e2%82',
      'ce-halfway': '%e2%82%',
      'ce-unread': 'caf\ufffd',
      'ce-unreadbytes': 'caf\u00ef\u00bf\u00bd',
      'ce-mixed': '\u00c3\u00bc \u00e9',
      'ce-surrogate': '\ud800',
      'ce-nextline': '\u00c2\u0085',
      'ce-tab': 'a\tb',
      'ce-delete': 'a\u007f',
      'ce-open': '"abc',
      'ce-datacontenttype': json,
      'ce-data': 'x',
      'ce-two-words': 'x',
      'ce-under_score': 'x',
      'ce-': 'x',
      'ce-control': '%00',
      'ce-time': 'now',
      'ce-expirytime': 'now',
      'ce-id': 'e-1,e-1',
      'ce-source': '/site, /site',
      'ce-type': 'parcel.sent,parcel.sent',
    }).map(([header, value]) => ({
      what: `${ofTwo(value)}binary ${header}: ${value}`,
      body: event.data,
      headers: { ...binaryHeaders, 'content-type': json, [header]: value },
    })),
    ...[
      '',
      '""',
      '"open',
      '.',
      '".."',
      'x'.repeat(257),
      'é',
      '"\u00c3\u00a9"',
      'a,a',
      'a, b',
      '"a,b"',
      '"a","a"',
      ',',
    ].map((key) => ({
      what: `${ofTwo(key)}Idempotency-Key ${key.slice(0, 10)}`,
      body: event,
      headers: { 'idempotency-key': key },
      detail: /Idempotency-Key/,
    })),
    { what: 'a malformed attribute of an unknown type', body: { type: 'no.such', id: '', data: 1 } },
    { what: 'a malformed attribute beside data_base64', body: with_({ time: 'x', data_base64: 'AA==' }) },
  ],
  '413 request-too-large': [
    { what: 'a body of 4,194,305 bytes', body: JSON.stringify(event).padEnd(4_194_305) },
    {
      what: 'a body of fewer characters but more bytes',
      body: JSON.stringify(with_({ data: { parcel: 'ü'.repeat(2_097_152) } })),
    },
    {
      what: 'a body that is too large after base64',
      body: utf8(JSON.stringify(cloudEvent).padEnd(4_194_305)),
      headers: { 'content-type': structured },
    },
    { what: '1,001 events', body: Array.from({ length: 1001 }, () => event), detail: /1001/ },
    {
      what: '1,001 events in a batch',
      body: Array.from({ length: 1001 }, () => cloudEvent),
      headers: { 'content-type': batched },
    },
  ],
  '413 event-too-large': [
    { what: 'a message over 1,048,576 bytes', body: { type: 'anything.happened', data: 'x'.repeat(1_048_576) } },
    { what: 'a message that escapes make too large', body: { type: 'anything.happened', data: '😀'.repeat(90_000) } },
    {
      what: 'a message that is too large before its data is valid',
      body: with_({ data: { parcel: 'x'.repeat(1_048_576) } }),
    },
    {
      what: 'attributes that make the rest too large',
      body: { type: 'anything.happened', data: 'x'.repeat(1_048_000), subject: 'x'.repeat(512) },
    },
  ],
  '415 media-type': [
    ...[
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'application/cloudevents+xml',
      'application/cloudevents',
      'application/cloudevents+avro',
      'application/vnd.api+json',
      'application/json; boundary=x',
      'application/json; charset=utf-8; charset=latin1',
      'application/json; charset=iso-8859-1',
      'application/json;charset="latin1"',
      'application/json; charset=utf-16',
      'application/json; charset=utf8',
      `${structured}; charset=us-ascii`,
      'json',
      'application/json, application/json',
      'application/json; charset',
    ].map((type) => ({
      what: `Content-Type: ${type}`,
      body: utf8(JSON.stringify(event)),
      headers: { 'content-type': type },
    })),
    {
      what: 'CloudEvents in XML with ce-* headers',
      body: '<x/>',
      headers: { 'content-type': 'application/cloudevents+xml', ...binaryHeaders },
    },
    {
      what: 'binary JSON in another charset',
      body: event.data,
      headers: { 'content-type': 'application/json; charset=latin1', ...binaryHeaders },
    },
    ...['gzip', 'br', 'identity'].map((encoding) => ({
      what: `Content-Encoding: ${encoding}`,
      body: event,
      headers: { 'content-encoding': encoding },
    })),
  ],
  '422 unknown-type': [
    ...['no.such', 'PARCEL.SENT', 'parcel.sent ', 'constructor', '__proto__', 'toString', 'x'.repeat(100_000)].map(
      (type) => ({
        what: `type ${type.slice(0, 20)}`,
        body: with_({ type }),
        pointers: ['#/type'],
      }),
    ),
    { what: 'an unknown type without data', body: { type: 'no.such' } },
  ],
  '422 unsupported-data': [
    { what: 'data_base64', body: { type: 'parcel.sent', data_base64: 'AA==' } },
    { what: 'data_base64 beside data', body: with_({ data_base64: 'AA==' }) },
    {
      what: 'structured data_base64',
      body: { ...cloudEvent, data: undefined, data_base64: 'AA==' },
      headers: { 'content-type': structured },
    },
    ...['text/plain', 'application/xml', 'image/png', 'application/octet-stream'].flatMap((type) => [
      { what: `data of ${type}`, body: with_({ datacontenttype: type }) },
      {
        what: `structured data of ${type}`,
        body: { ...cloudEvent, datacontenttype: type },
        headers: { 'content-type': structured },
      },
      {
        what: `binary data of ${type}`,
        body: Buffer.from([0xff, 0x00]),
        headers: { 'content-type': type, ...binaryHeaders },
      },
    ]),
  ],
  '422 invalid-data': [
    { what: 'no data', body: { type: 'parcel.sent' }, pointers: ['#/data'] },
    { what: 'data null', body: with_({ data: null }), pointers: ['#/data'] },
    { what: 'no data where any data will do', body: { type: 'anything.happened' }, pointers: ['#/data'] },
    {
      what: 'an empty binary body',
      body: '',
      headers: { 'content-type': json, ...binaryHeaders },
      pointers: ['#/data'],
    },
    { what: 'binary null', body: 'null', headers: { 'content-type': json, ...binaryHeaders }, pointers: ['#/data'] },
    { what: 'a missing field', body: with_({ data: {} }), pointers: ['#/data/parcel'] },
    { what: 'a field of another type', body: with_({ data: { parcel: 5 } }), pointers: ['#/data/parcel'] },
    { what: 'an unknown field', body: with_({ data: { parcel: 'p', extra: 1 } }), pointers: ['#/data/extra'] },
    {
      what: 'a field deep inside',
      body: with_({ data: { parcel: 'p', lines: [{ part: 's' }, { part: 1 }] } }),
      pointers: ['#/data/lines/1/part'],
    },
    {
      what: 'a key that pointers must escape',
      body: with_({ data: { parcel: 'p', lines: [{ part: 's', 'a/b~c d': 'x' }] } }),
      pointers: ['#/data/lines/0/a~1b~0c%20d'],
    },
    ...['constructor', '$ne', '$where', 'prototype', '_bsontype'].map((key) => ({
      what: `a field named ${key}`,
      body: with_({ data: { parcel: 'p', [key]: 1 } }),
      pointers: [`#/data/${key}`],
    })),
    {
      what: 'a field named __proto__',
      body: '{"type":"parcel.sent","data":{"parcel":"p","__proto__":{}}}',
      pointers: ['#/data/__proto__'],
    },
    {
      what: 'a field named __proto__ where a schema takes anything',
      body: '{"type":"anything.happened","data":[{"a":{"\\u005f_proto__":1}}]}',
      pointers: ['#/data/0/a/__proto__'],
    },
    {
      what: 'entry 10: a value of BSON that is none',
      body: { type: 'anything.happened', data: { a: [{ _bsontype: 'ObjectId' }] } },
      pointers: ['#/data/a/0/_bsontype'],
    },
    {
      what: 'binary data that is an array',
      body: [event],
      headers: { 'content-type': json, ...binaryHeaders },
      pointers: ['#/data'],
    },
  ],
};

describe.each(Object.entries(rows))('POST /events answers %s', (row, cases) => {
  const [status, code] = row.split(' ');
  it.each(cases)('$what', async ({ body, headers, detail, pointers }) => {
    const world = ingestWorld();
    const answer = await world.post(body, headers);
    expect(answer.body).toMatchObject({
      type: `urn:problem-type:sluice:${code}`,
      title: expect.any(String),
      status: Number(status),
      detail: detail ? expect.stringMatching(detail) : expect.any(String),
      code,
      retryable: false,
      ...(pointers && { errors: pointers.map((pointer) => ({ pointer, detail: expect.any(String) })) }),
    });
    expect(answer.status).toBe(Number(status));
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.stringify(answer.body).length).toBeLessThan(8000);
    expect(world.queue.published).toEqual([]);
    expect(world.claims.calls).toEqual([]);
    expect(world.logged).toEqual([]);
  });
});

describe('what a refusal says', () => {
  it('names close types', async () => {
    const { body } = await ingestWorld().post({ type: 'parcel.snet', data: {} });
    expect(body).toMatchObject({
      suggestions: ['parcel.sent', 'parcel.moved'],
      detail: expect.stringContaining('parcel.sent'),
    });
  });

  it('lists the media types understood', async () => {
    const { body, headers } = await ingestWorld().post('x', { 'content-type': 'text/plain' });
    expect(body.understood).toEqual([json, structured, batched]);
    expect(headers.accept).toBe([json, structured, batched].join(', '));
  });

  it('entry 24: says which media type came instead, as far as that can be shown', async () => {
    const seen = async (headers: Record<string, string>) => (await ingestWorld().post('x', headers)).body;
    expect(await seen({ 'content-type': 'text/plain; charset=utf-8' })).toMatchObject({
      sent: { contentType: 'text/plain; charset=utf-8' },
      detail: expect.stringContaining('Content-Type text/plain; charset=utf-8'),
    });
    expect(await seen({ 'content-encoding': 'gzip' })).toMatchObject({
      sent: { contentType: json, contentEncoding: 'gzip' },
      detail: expect.stringContaining('Content-Encoding gzip'),
    });
    const { sent, detail } = await seen({ 'content-type': `text/\u0007\u00e9\u202e${'x'.repeat(5000)}` });
    expect(sent).toEqual({ contentType: `text/???${'x'.repeat(89)}...` }); // 100 characters
    expect(String(detail)).toMatch(/^[\x20-\x7e]{1,600}$/);
  });

  it('lists at most 20 faults and no megabytes of the sender', async () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field-${index}`, 1]));
    const long = { parcel: 'p', ['k'.repeat(100_000)]: 1 };
    const { body } = await ingestWorld().post({ type: 'parcel.sent', data: wide });
    expect(body.errors).toHaveLength(20);
    const second = await ingestWorld().post({ type: 'parcel.sent', data: long });
    expect(second.body.errors).toEqual([{ pointer: '#/data', detail: 'unknown field' }]);
    const third = await ingestWorld().post({
      type: 'parcel.sent',
      ...Object.fromEntries(Object.keys(wide).map((name) => [name, 1])),
    });
    expect(third.body).toMatchObject({ code: 'invalid-event', errors: { length: 20 } });
  });

  it.each([
    ['ce-a~b#c', '#/a~0b%23c'],
    [`ce-${'x'.repeat(400)}`, '#'],
  ])('points to what header %s would be, as to any member', async (header, pointer) => {
    const headers = { ...binaryHeaders, 'content-type': json, [header]: '%FF' };
    const { body } = await ingestWorld().post(event.data, headers);
    expect(body).toMatchObject({ code: 'invalid-event', errors: [{ pointer }] });
    expect(String(body.detail).length).toBeLessThan(200);
  });

  it('entry 27: keeps to itself how a schema broke, says where, and records it', async () => {
    const world = ingestWorld();
    const answer = await world.post({ type: 'broken.code', data: {} });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer)).not.toContain('secret');
    const errors = [{ pointer: '#/data', detail: 'could not be checked' }];
    expect(answer.body).toMatchObject({ code: 'invalid-data', retryable: false, errors });
    expect(world.logged).toEqual([{ level: 'warn', message: 'a definition broke on an event' }]);
  });

  it.each([
    ['a transform', { json: '{' }, '#/data/json'],
    ['one in a list', { list: [{ json: '1' }, { json: 'x' }] }, '#/data/list/1/json'],
    ['a refinement', { count: 7 }, '#/data/count'],
    ['a promise', { later: 'x' }, '#/data/later'],
    ['one of a record', { by: { a: '1', 'b/c': '-' } }, '#/data/by/b~1c'],
    ['one over all of it', { all: true }, '#/data'],
    ['what orders it', { list: [] }, '#/data'],
  ])('entry 27: says where a schema broke: in %s', async (_, data, at) => {
    const answer = await ingestWorld({ catalogue: allLoaded(fragile) }).post({ type: 'parcel.read', data });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-data', errors: [{ pointer: at }] } });
  });
});

describe('what is taken although it looks strange', () => {
  const id256 = 'x'.repeat(256);
  type Row = [what: string, body: unknown, headers: Record<string, string>];
  it.each<Row>([
    ['no Content-Type', event, { 'content-type': '' }],
    ['a charset in capitals', event, { 'content-type': 'Application/JSON; Charset=UTF-8' }],
    ['a quoted charset', event, { 'content-type': 'application/json;charset="utf-8"' }],
    ['an empty Content-Encoding', event, { 'content-encoding': '' }],
    ['id of 256 characters', with_({ id: id256 }), {}],
    ['id of 128 astral characters', with_({ id: '😀'.repeat(128) }), {}],
    ['source of 512 characters', with_({ source: `/${'x'.repeat(511)}` }), {}],
    ...[
      'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66',
      'https://[::1]:80/a?b#c',
      'a',
      '?q',
      '#f',
      '//host',
      'mailto:a@b',
      './a:b',
    ].map((source): Row => [`source ${source}`, with_({ source }), {}]),
    ...[
      '2026-11-23t12:00:00z',
      '2024-02-29T00:00:00Z',
      '1990-12-31T23:59:60Z',
      '1990-12-31T15:59:60-08:00',
      '2026-11-23T12:00:00.123456789+14:00',
      '0000-01-01T00:00:00-00:00',
    ].map((time): Row => [`time ${time}`, with_({ time }), {}]),
    ['specversion 1.0', with_({ specversion: '1.0' }), {}],
    [
      'null for everything that may be absent',
      with_({ id: null, source: null, subject: null, time: null, extra: null, data_base64: null, specversion: null }),
      {},
    ],
    ['an expirytime that is past', with_({ expirytime: '2000-01-01T00:00:00Z' }), {}],
    ['an empty extension', with_({ extra: '' }), {}],
    ['extensions of every kind', with_({ a: 'x', b: true, c: -(2 ** 31), d: 2 ** 31 - 1, ['x'.repeat(64)]: 'x' }), {}],
    ['extensions named like members of Object', with_({ constructor: 'x', tostring: 'y' }), {}],
    ['data in a JSON of its own', with_({ datacontenttype: 'application/vnd.parcel+json; charset=utf-8' }), {}],
    ['an Idempotency-Key that does not count beside an id', with_({ id: 'mine' }), { 'idempotency-key': '..' }],
    ['64 levels', `{"type":"anything.happened","data":${'['.repeat(63)}${']'.repeat(63)}}`, {}],
    ['an unknown header', event, { prefer: 'handling=strict', te: 'x' }],
  ])('%s', async (_, body, headers) => {
    const world = ingestWorld();
    const answer = await world.post(body, headers);
    expect(answer.body).toMatchObject({ status: 'accepted' });
    expect(answer.status).toBe(202);
    expect(world.messages()).toHaveLength(1);
  });

  it('takes false, 0, an empty string and an empty array for data', async () => {
    for (const data of [false, 0, '', [], {}]) {
      const world = ingestWorld();
      expect((await world.post({ type: 'anything.happened', data })).status).toBe(202);
      expect(world.messages()[0]?.data).toEqual(data);
    }
  });

  it('takes a message of exactly 1,048,576 bytes and refuses one more', async () => {
    const world = ingestWorld();
    const sized = (length: number) => ({
      type: 'anything.happened',
      id: 'e',
      time: '2026-11-23T12:00:00Z',
      data: 'x'.repeat(length),
    });
    await world.post(sized(1));
    const overhead = Buffer.byteLength(world.queue.published[0]?.body ?? '') - 1;
    expect((await ingestWorld().post(sized(1_048_576 - overhead))).status).toBe(202);
    expect((await ingestWorld().post(sized(1_048_577 - overhead))).body).toMatchObject({ code: 'event-too-large' });
  });
});
