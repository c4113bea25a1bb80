import { CloudEvent, HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { allLoaded } from '../../support/all-loaded.ts';
import { keyOf } from '../../support/api-gateway.ts';
import { catalogue, ingestWorld } from '../../support/ingest-world.ts';

const data = { parcel: 'p-1', lines: [{ part: 'ä😀' }] };
const attributes = {
  type: 'parcel.sent',
  subject: 'a "quoted" 100% sübject 😀',
  time: '2026-11-23T12:00:00.123Z',
  dataschema: 'https://example.org/parcel.json',
  partitionkey: 'k 1',
  expirytime: '2030-01-01T00:00:00Z',
  correlationid: 'c-1',
};
const full = { id: 'e-1', source: '/site', ...attributes };

/** As an SDK sends it. */
const sdkEvent = () => new CloudEvent({ ...full, data });
const textOf = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));
const headersOf = (headers: object) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

describe('a CloudEvents SDK as the client', () => {
  it('sends a structured event', async () => {
    const world = ingestWorld();
    const { headers, body } = HTTP.structured(sdkEvent());
    const answer = await world.post(textOf(body), headersOf(headers));
    expect(answer.status).toBe(202);
    expect(world.messages()[0]).toMatchObject({
      id: 'e-1',
      source: '/site',
      type: 'parcel.sent',
      time: full.time,
      data,
    });
  });

  it('sends a binary event', async () => {
    const world = ingestWorld();
    const { headers, body } = HTTP.binary(sdkEvent().cloneWith({ subject: 'plain' }));
    const answer = await world.post(textOf(body), headersOf(headers));
    expect(answer.status).toBe(202);
    expect(world.messages()[0]).toMatchObject({
      id: 'e-1',
      subject: 'plain',
      dataschema: full.dataschema,
      extensions: { partitionkey: 'k 1', expirytime: full.expirytime, correlationid: 'c-1' },
      data,
    });
  });

  it('sends a batch', async () => {
    const world = ingestWorld();
    const batch = [sdkEvent(), sdkEvent().cloneWith({ id: 'e-2' })];
    const answer = await world.post(JSON.stringify(batch), { 'content-type': 'application/cloudevents-batch+json' });
    expect(answer).toMatchObject({ status: 202, body: { accepted: 2, duplicates: 0, refused: 0 } });
    expect(world.messages().map(({ id }) => id)).toEqual(['e-1', 'e-2']);
  });
});

/** Encoded by the letter of the HTTP binding, section 3.1.3.2. */
const encode = (value: unknown) =>
  String(value).replaceAll(/[^\x21-\x7e]|["%]/gu, (character) => encodeURIComponent(character));
const binaryHeaders = (event: object) => ({
  'content-type': 'application/json; charset=UTF-8',
  ...Object.fromEntries(
    Object.entries({ specversion: '1.0', ...event }).map(([name, value]) => [`ce-${name}`, encode(value)]),
  ),
});

const modes = {
  plain: (event: object, sent: unknown) => [{ ...event, data: sent }, { 'content-type': 'application/json' }],
  structured: (event: object, sent: unknown) => [
    { specversion: '1.0', ...event, data: sent },
    { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  ],
  batched: (event: object, sent: unknown) => [
    [{ specversion: '1.0', ...event, data: sent, datacontenttype: 'application/json' }],
    { 'content-type': 'application/cloudevents-batch+json' },
  ],
  binary: (event: object, sent: unknown) => [JSON.stringify(sent), binaryHeaders(event)],
} satisfies Record<string, (event: object, sent: unknown) => [unknown, Record<string, string>]>;

describe.each(Object.entries(modes))('%s mode', (_, write) => {
  it('carries attributes and data unchanged', async () => {
    const world = ingestWorld();
    const [body, headers] = write(full, data);
    await world.post(body, headers);
    const { partitionkey, expirytime, correlationid, ...core } = full;
    expect(world.messages()).toMatchObject([
      { ...core, extensions: { partitionkey, expirytime, correlationid }, data },
    ]);
  });

  it('gives the fingerprint that plain JSON gives', async () => {
    const world = ingestWorld();
    const event = { ...full, retries: 3, urgent: true };
    await world.post({ ...event, data });
    const [body, headers] = write(event, { lines: data.lines, parcel: data.parcel });
    const answer = await world.post(body, headers);
    const first = 'results' in answer.body && Array.isArray(answer.body.results) ? answer.body.results[0] : answer.body;
    expect(first).toMatchObject({ id: 'e-1', duplicate: true });
    expect(answer.status).toBe(202);
  });
});

describe('binary mode', () => {
  const post = async (headers: Record<string, string>, body: unknown = data) => {
    const world = ingestWorld();
    const answer = await world.post(body, {
      ...binaryHeaders({ id: 'e-1', source: '/site', type: 'parcel.sent' }),
      ...headers,
    });
    expect(answer.status).toBe(202);
    return world.messages()[0];
  };

  it.each([
    ['percent-encoded', '%C3%BC%20%22%25', 'ü "%'],
    ['percent-encoded in lower case', '%c3%bc', 'ü'],
    ['needlessly encoded', '%41%42', 'AB'],
    ['encoded only once', '%2541', '%41'],
    ['bare with spaces', 'hello world', 'hello world'],
    ['quoted', '"hello \\"world\\" \\\\ %41"', 'hello "world" \\ A'],
    ['with a quote inside', 'a"b', 'a"b'],
    ['bare text', 'Z\u00fcrich \u6771\u4eac \ud83d\ude00', 'Zürich 東京 😀'],
    ['bare text of Latin-1 alone', 'Z\u00fcrich', 'Zürich'],
    ['UTF-8, one character a byte', Buffer.from('Zürich 東京 😀').toString('latin1'), 'Zürich 東京 😀'],
    ['UTF-8 that ends as a blank does', Buffer.from('voilà').toString('latin1'), 'voilà'],
    ['bare between blanks that are its own', '\u3000a\u3000', '\u3000a\u3000'],
    ['with blanks around it', ' \ta ', 'a'],
    ['bare UTF-8 beside what is encoded', 'ü %C3%BC%', 'ü ü%'],
    ['with a % alone', '%', '%'],
    ['with a % that begins no escape', '100% of %zz and %4', '100% of %zz and %4'],
    ['U+FFFD, encoded', '%EF%BF%BD', '\ufffd'],
  ])('entry 30: decodes a header that is %s', async (_, header, subject) => {
    expect(await post({ 'ce-subject': header, 'ce-place': header })).toMatchObject({
      subject,
      extensions: { place: subject },
    });
  });

  it('takes an array as data', async () => {
    expect(await post({ 'ce-type': 'anything.happened' }, [1, 2])).toMatchObject({ data: [1, 2] });
  });

  it('needs no Content-Type', async () => {
    expect(await post({ 'content-type': '' })).toMatchObject({ data });
  });

  it('does not read ce-* headers beside a structured event', async () => {
    const world = ingestWorld();
    await world.post(
      { specversion: '1.0', ...full, data },
      { 'content-type': 'application/cloudevents+json', 'ce-id': 'other' },
    );
    expect(world.messages()).toMatchObject([{ id: 'e-1' }]);
  });
});

describe('what plain JSON leaves out', () => {
  it('is filled in: a UUIDv7, the tenant as source, the time of receipt', async () => {
    const world = ingestWorld();
    const answer = await world.post({ type: 'parcel.sent', data });
    const [message] = world.messages();
    expect(message).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      source: '/tenants/local',
      time: '2026-11-23T12:00:00.000Z',
      recordedtime: '2026-11-23T12:00:00.000Z',
    });
    expect(Number.parseInt(message?.id.replaceAll('-', '').slice(0, 12) ?? '', 16)).toBe(world.clock.now());
    expect(answer.body).toEqual({
      id: message?.id,
      source: '/tenants/local',
      type: 'parcel.sent',
      status: 'accepted',
      duplicate: false,
      links: { self: `/events/${message?.id}` },
    });
    expect(answer.headers).toMatchObject({ location: `/events/${message?.id}`, 'content-type': 'application/json' });
  });

  it.each([
    ['quoted', '"key \\"1\\""', 'key "1"'],
    ['bare', 'key-1', 'key-1'],
    ['bare with a colon', 'a:b', 'a:b'],
  ])('takes a %s Idempotency-Key for the id', async (_, header, id) => {
    const world = ingestWorld();
    expect((await world.post({ type: 'parcel.sent', data }, { 'idempotency-key': header })).body).toMatchObject({ id });
    expect((await world.post({ type: 'parcel.sent', data }, { 'idempotency-key': header })).body).toMatchObject({
      id,
      duplicate: true,
    });
    expect(world.messages()).toHaveLength(1);
  });

  it('does not take the key for an event with an id, for an array or for another mode', async () => {
    const world = ingestWorld();
    const key = { 'idempotency-key': 'key' };
    await world.post({ type: 'parcel.sent', id: 'mine', data }, key);
    await world.post([{ type: 'parcel.sent', data }], key);
    const structured = await world.post(
      { specversion: '1.0', source: '/s', type: 'parcel.sent', data },
      { ...key, 'content-type': 'application/cloudevents+json' },
    );
    expect(structured.body).toMatchObject({ code: 'invalid-event' });
    expect(world.messages().map(({ id }) => id)).toEqual(['mine', expect.stringMatching(/-7/)]);
  });
});

describe('the message', () => {
  it('names the build of its definition, which is made by bundling alone (protocol: schema-again)', async () => {
    const build = { hash: 'x', time: '2026-11-23T12:00:00.000Z' };
    const definitions = catalogue.entries.map(({ definition }) => definition);
    const world = ingestWorld({
      catalogue: allLoaded(catalogueOf(definitions, new Map([['parcel.sent', build]]))),
    });
    await world.post([
      { type: 'parcel.sent', data: { parcel: 'p' } },
      { type: 'anything.happened', data: {} },
    ]);
    expect(world.messages()).toMatchObject([{ build }, { type: 'anything.happened' }]);
    expect(world.messages()[1]).not.toHaveProperty('build');
  });

  it('carries the data as sent, not as the schema reads it', async () => {
    const world = ingestWorld();
    await world.post({ type: 'parcel.moved', data: { parcel: 'P-1', to: 'Kiel' } });
    expect(world.messages()[0]?.data).toEqual({ parcel: 'P-1', to: 'Kiel' });
  });

  it.each([
    [
      'a header',
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      {},
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    ],
    [
      'a header of a later version',
      'cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more',
      {},
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    ],
    [
      'the extension where there is no header',
      '',
      { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' },
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
    ],
    ['nothing of a header that is malformed', '00-xyz-00f067aa0ba902b7-01', {}, undefined],
    ['nothing of a trace id of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, {}, undefined],
    ['nothing of a parent id of zeros', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`, {}, undefined],
    ['nothing of version ff', 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', {}, undefined],
    ['nothing of version 00 with a tail', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x', {}, undefined],
    ['nothing in capitals', '00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01', {}, undefined],
  ])('carries the trace of %s', async (_, traceparent, extensions, carried) => {
    const world = ingestWorld();
    await world.post({ type: 'parcel.sent', data, ...extensions }, { traceparent });
    expect(world.messages()[0]?.traceparent).toBe(carried);
  });

  it('carries the tenant that the authorizer found', async () => {
    const world = ingestWorld();
    const answer = await world.post({ type: 'parcel.sent', id: 'e', data }, {}, keyOf('acme', 'events:write'));
    expect(answer.body).toMatchObject({ source: '/tenants/acme', links: { self: '/events/e' } });
    expect(world.messages()).toMatchObject([{ tenant: 'acme', source: '/tenants/acme' }]);
    const other = await world.post({ type: 'parcel.sent', id: 'e', source: '/tenants/acme', data });
    expect(other.body).toMatchObject({ duplicate: false });
  });

  it('goes to the queue of its type', async () => {
    const world = ingestWorld();
    await world.post([
      { type: 'parcel.sent', data },
      { type: 'parcel.moved', data: { parcel: 'p', to: 'Kiel' } },
    ]);
    const prefix = 'https://sqs.eu-central-1.amazonaws.com/123456789012/sluice-test-';
    expect(world.queue.published.map(({ queueUrl }) => queueUrl)).toEqual([
      `${prefix}parcel-sent`,
      `${prefix}parcel-moved.fifo`,
    ]);
  });

  it('of an ordered type goes to the group of what it is ordered by, with an id of its own', async () => {
    const world = ingestWorld();
    const moved = (id: string, parcel: string, to: string) => ({ type: 'parcel.moved', id, data: { parcel, to } });
    await world.post([moved('1', 'P', 'Kiel'), moved('2', 'p', 'Ulm'), moved('3', 'q', 'Ulm')]);
    const { published } = world.queue;
    expect(published[0]?.group).toBe(published[1]?.group);
    expect(published[2]?.group).not.toBe(published[0]?.group);
    expect(new Set(published.map(({ deduplicationId }) => deduplicationId)).size).toBe(3);
    expect(
      published.every(({ group, deduplicationId }) =>
        [group, deduplicationId].every((word) => /^[\w-]{43}$/.test(word ?? '')),
      ),
    ).toBe(true);
    await world.post({ type: 'parcel.sent', data });
    // A standard queue is fair by tenants, and orders nothing.
    expect(published[3]).toMatchObject({ group: 'local' });
    expect(published[3]).not.toHaveProperty('deduplicationId');
  });
});

describe('where an event is to be found', () => {
  it.each([
    ['e-1', undefined, '/events/e-1'],
    ['A.b_c:d@e-9', undefined, '/events/A.b_c:d@e-9'],
    ['a/b?c', undefined, '/events/~?id=a%2Fb%3Fc'],
    ['~', undefined, '/events/~?id=~'],
    ['ü 😀+', undefined, '/events/~?id=%C3%BC%20%F0%9F%98%80%2B'],
    ['e-1', '/site?x=1', '/events/e-1?source=%2Fsite%3Fx%3D1'],
    ['a b', 'urn:x', '/events/~?id=a%20b&source=urn%3Ax'],
    ['e-1', '/tenants/local', '/events/e-1'],
  ])('id %s of source %s', async (id, source, self) => {
    const answer = await ingestWorld().post({ type: 'parcel.sent', id, source, data });
    expect(answer.body.links).toEqual({ self });
    expect(answer.headers.location).toBe(self);
  });
});
