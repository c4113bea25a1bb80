import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DependencyError } from '../../../lib/core/errors.ts';
import type { ReplayPorts } from '../../../lib/failures/replay/replay.ts';
import { postFailures } from '../../../lib/http/post-failures.ts';
import type { DeskView } from '../../../lib/ports/failure-desk.ts';
import type { FailureRecord } from '../../../lib/ports/failures.ts';
import type { PublicationOutcome } from '../../../lib/ports/publisher.ts';
import { call, keyOf, type Sent } from '../../support/api-gateway.ts';
import { catalogueOfTypes } from '../../support/definitions.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { silentLog } from '../../support/log.ts';
import { memoryDesk } from '../../support/memory-desk.ts';
import { silentMetrics } from '../../support/memory-metrics.ts';
import { memoryTracing, traceOf } from '../../support/memory-tracing.ts';
import { recordOf } from '../../support/query-world.ts';
import { served } from '../../support/served.ts';

const record = recordOf({ type: 'parcel.sent', data: '{"name":"p"}', state: 'failed' });
const failure: FailureRecord = {
  _id: 'f-1',
  tenant: 'local',
  eventKey: record._id,
  type: record.type,
  cause: 'permanent',
  code: 'no-address',
  message: 'the parcel has no address',
  group: 'g',
  event: JSON.stringify({ id: 'e', source: '/tenants/local', type: record.type, time: record.time }),
  data: record.data,
  fingerprint: record.fingerprint,
  replay: 0,
  attempts: [],
  recordedtime: record.recordedtime,
  state: 'open',
};

/** A desk with one failure on it. */
function deskWith(view: DeskView = { failure, record, replacementSeen: false }) {
  const { desk, changes, audit } = memoryDesk(view);
  const published: string[] = [];
  const answers: PublicationOutcome[] = [];
  const ports: ReplayPorts = {
    desk,
    claims: { confirm: async () => undefined },
    outcomes: { forget: async () => undefined },
    publisher: {
      publish: async (publications) =>
        publications.map(({ body }) => {
          published.push(body);
          return answers.shift() ?? 'sent';
        }),
    },
    catalogue: catalogueOfTypes(['parcel.sent']),
    clock: fakeClock(),
    log: silentLog,
    metrics: silentMetrics,
    queueUrlPrefix: 'http://queue/',
  };
  const handler = served(postFailures(ports));
  const post = (path: string, body?: unknown, sent: Sent = {}) =>
    call(handler, {
      path: `/failures/${path}`,
      id: path.split('/')[0] ?? '',
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...sent,
    });
  return { changes, audit, published, answers, ports, post };
}

describe('POST /failures/{id}/replay', () => {
  it('is sent in the trace of its message, whoever asks', async () => {
    const tracing = memoryTracing();
    const { ports } = deskWith();
    const handler = served(postFailures({ ...ports, tracing }));
    const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
    await call(handler, { path: '/failures/f-1/replay', id: 'f-1', headers: { traceparent } });
    expect(tracing.spans).toMatchObject([
      { operation: 'create', traceparent },
      { operation: 'send', traceparent: traceOf(0), made: [traceOf(0)] },
    ]);
  });

  it('is 202 with the failure as it is now, without its data, and Location of the event', async () => {
    for (const body of [undefined, {}]) {
      const { post, changes, published } = deskWith();
      const answer = await post('f-1/replay', body);
      expect(answer).toMatchObject({
        status: 202,
        headers: { location: '/events/e' },
        body: { id: 'f-1', state: 'replaying', replays: 1, links: { self: '/failures/f-1', event: '/events/e' } },
      });
      expect(answer.body.event).not.toHaveProperty('data');
      expect(changes).toMatchObject([{ kind: 'replay', replay: 1 }]);
      expect(published.map((text) => JSON.parse(text))).toMatchObject([{ id: 'e', replay: 1, data: { name: 'p' } }]);
    }
  });

  it('with data makes a new event, linked, with Location of that', async () => {
    const { post } = deskWith();
    const answer = await post('f-1/replay', { data: { name: 'q' } });
    expect(answer).toMatchObject({
      status: 202,
      body: { state: 'replayed', replacement: { source: '/tenants/local' } },
    });
    expect(answer.headers.location).toMatch(/^\/events\/[0-9a-f-]{36}$/);
    expect(answer.body.replacement).toMatchObject({ links: { self: answer.headers.location } });
  });

  it('with data needs events:write too, for it sends an event; without, failures:write alone', async () => {
    const { post, changes } = deskWith();
    const writesFailures = keyOf('local', 'failures:write');
    expect(await post('f-1/replay', { data: { name: 'q' } }, writesFailures)).toMatchObject({
      status: 403,
      body: { code: 'scope-missing', detail: expect.stringContaining('events:write') },
    });
    expect(changes).toEqual([]);
    const sendsToo = keyOf('local', 'failures:write events:write');
    expect(await post('f-1/replay', { data: { name: 'q' } }, sendsToo)).toMatchObject({ status: 202 });
  });

  it.each(['{"data":null}', '{"Data":{}}', '{"data":{"name":"q"},"dryRun":true}'])(
    'of %s is 400, and nothing is replayed',
    async (text) => {
      const { post, changes } = deskWith();
      expect(await post('f-1/replay', undefined, { body: text })).toMatchObject({
        status: 400,
        body: { code: 'invalid-parameter' },
      });
      expect(changes).toEqual([]);
    },
  );

  it('of an event that has expired is 409, and nothing is written', async () => {
    const expired = recordOf({ ...record, extensions: '{"expirytime":"2000-01-01T00:00:00Z"}' });
    const { post, changes } = deskWith({ failure, record: expired, replacementSeen: false });
    expect(await post('f-1/replay')).toMatchObject({ status: 409, body: { code: 'event-expired', retryable: false } });
    expect(changes).toEqual([]);
  });

  it('carries the traceparent of the one who asked', async () => {
    const { post, published } = deskWith();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await post('f-1/replay', undefined, { headers: { traceparent } });
    expect(JSON.parse(published[0] ?? '')).toMatchObject({ traceparent });
  });

  it('is 503 when SQS has not confirmed: nothing is lost, and when to ask again', async () => {
    const { post, answers } = deskWith();
    answers.push('unanswered');
    expect(await post('f-1/replay')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '60' },
      body: { code: 'queue-unavailable', retryable: true, id: 'f-1', state: 'replaying' },
    });
  });

  it('is 503 while MongoDB is silent, and publishes nothing', async () => {
    const { ports, published } = deskWith();
    const change = () => Promise.reject(new DependencyError('mongodb', 'silent at mongodb://secret'));
    const handler = served(postFailures({ ...ports, desk: { change } }));
    const answer = await call(handler, { path: '/failures/f-1/replay', id: 'f-1' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(published).toEqual([]);
  });

  it('of a type that is gone is 422 with close names', async () => {
    const gone = recordOf({ ...record, type: 'parcel.send' });
    const { post, changes } = deskWith({ failure, record: gone, replacementSeen: false });
    expect(await post('f-1/replay')).toMatchObject({
      status: 422,
      body: { code: 'unknown-type', suggestions: ['parcel.sent'] },
    });
    expect(changes).toEqual([]);
  });

  it('with data that make too large a message is 413', async () => {
    const { post } = deskWith();
    expect(await post('f-1/replay', { data: { name: 'x'.repeat(1_048_576) } })).toMatchObject({
      status: 413,
      body: { code: 'event-too-large' },
    });
  });
});

describe('POST /failures/{id}/discard', () => {
  it('is 200 with the failure as it is now', async () => {
    const { post, changes } = deskWith();
    expect(await post('f-1/discard', { reason: 'sent by mistake' })).toMatchObject({
      status: 200,
      body: { id: 'f-1', state: 'discarded', discarded: { reason: 'sent by mistake' } },
    });
    expect(changes).toMatchObject([{ kind: 'discard', reason: 'sent by mistake' }]);
  });

  it.each([
    undefined,
    {},
    { reason: null },
    { reason: ['r'] },
    { reason: true },
    { reason: '' },
    { reason: ' ' },
    { reason: 7 },
    { reason: 'x'.repeat(1001) },
  ])('needs a reason: 400 for %j', async (body) => {
    const { post, changes } = deskWith();
    expect(await post('f-1/discard', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid-parameter', parameter: 'reason' },
    });
    expect(changes).toEqual([]);
  });

  it('of what could not be decoded is for whom everything is allowed', async () => {
    const undecodable: FailureRecord = { ...failure, tenant: null, eventKey: null, event: null, cause: 'undecodable' };
    const { post } = deskWith({ failure: undecodable, record: null, replacementSeen: false });
    const body = { reason: 'noise' };
    expect(await post('f-1/discard', body, keyOf('local', 'failures:write'))).toMatchObject({ status: 404 });
    expect(await post('f-1/discard', body, keyOf('local', 'operator'))).toMatchObject({
      status: 200,
      body: { state: 'discarded' },
    });
    expect(await post('f-1/replay', undefined, keyOf('local', 'operator'))).toMatchObject({
      status: 409,
      body: { code: 'failure-undecodable', retryable: false },
    });
  });
});

describe.each(['replay', 'discard'])('what both refuse: %s', (what) => {
  const body = what === 'discard' ? { reason: 'r' } : {};

  it('a failure that is not there, or another tenant’s: 404', async () => {
    const { post, changes } = deskWith();
    expect(await post(`f-2/${what}`, body)).toMatchObject({ status: 404, body: { code: 'failure-unknown' } });
    expect(await post(`f-1/${what}`, body, keyOf('acme', 'operator'))).toMatchObject({ status: 404 });
    expect(changes).toEqual([]);
  });

  it('a key without failures:write: 403', async () => {
    const { post, changes } = deskWith();
    expect(await post(`f-1/${what}`, body, keyOf('local', 'failures:read'))).toMatchObject({
      status: 403,
      body: { code: 'scope-missing' },
    });
    expect((await post(`f-1/${what}`, body, keyOf('local', 'failures:write'))).status).toBeLessThan(300);
    expect(changes).toHaveLength(1);
  });

  it.each([
    ['{', 400, 'invalid-json'],
    ['{"reason":"a","reason":"b"}', 400, 'invalid-json'],
    ['[]', 400, 'invalid-parameter'],
    ['null', 400, 'invalid-parameter'],
    ['{"other":1}', 400, 'invalid-parameter'],
  ])('a body %s: %i %s', async (text, status, code) => {
    const { post, changes } = deskWith();
    expect(await post(`f-1/${what}`, undefined, { body: text })).toMatchObject({ status, body: { code } });
    expect(changes).toEqual([]);
  });

  it.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-type': 'x' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  ])('a body with %j: 415', async (headers) => {
    const { post } = deskWith();
    expect(await post(`f-1/${what}`, body, { headers })).toMatchObject({ status: 415, body: { code: 'media-type' } });
  });

  it.each([
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    { 'content-type': 'application/octet-stream' },
  ])('bytes that are no text with %j: 415 all the same', async (headers) => {
    const { post } = deskWith();
    const sent = { body: gzipSync(JSON.stringify(body)), headers };
    expect(await post(`f-1/${what}`, undefined, sent)).toMatchObject({ status: 415, body: { code: 'media-type' } });
  });

  it.each(['\ufeff', '\u00a0', '\u2028'])('a body of blanks that are none of JSON, %j: 400', async (text) => {
    const { post, changes } = deskWith();
    expect(await post(`f-1/${what}`, undefined, { body: text })).toMatchObject({
      status: 400,
      body: { code: 'invalid-json' },
    });
    expect(changes).toEqual([]);
  });
});

it.each(['', ' \t\r\n'])('a body %j is none', async (text) => {
  for (const body of [text, Buffer.from(text)])
    expect(await deskWith().post('f-1/replay', undefined, { body })).toMatchObject({ status: 202 });
});

it('knows no other route', async () => {
  const { post } = deskWith();
  expect(await post('f-1/mend')).toMatchObject({ status: 404, body: { code: 'route-unknown' } });
});

describe('the audit', () => {
  const of = { tenant: 'local', subject: 'f-1', type: 'parcel.sent', source: '/tenants/local', request: 'request' };
  const by = { key: 'none', name: 'none' };
  const hash = expect.stringMatching(/^[\w-]{43}$/);

  it('is told of a replay, and of asking for it again', async () => {
    const { post, audit } = deskWith();
    await post('f-1/replay');
    expect(audit).toEqual([
      {
        ...{ ...of, by, action: 'failure.replayed', at: '2026-11-23T12:00:00.000Z' },
        ...{ pointers: ['/replay', '/replayedAt', '/state'], before: hash, after: hash },
      },
    ]);
    const replaying: FailureRecord = { ...failure, state: 'replaying', replay: 1, replayedAt: new Date(0) };
    const again = deskWith({
      failure: replaying,
      record: { ...record, state: 'retrying', attempts: [], replay: 1 },
      replacementSeen: false,
    });
    await again.post('f-1/replay');
    expect(again.audit).toMatchObject([{ action: 'failure.replayed', pointers: ['/replayedAt'] }]);
  });

  it('is told where an edited replay differs, and nothing of what stands there', async () => {
    const { post, audit } = deskWith();
    await post('f-1/replay', { data: { name: 'a secret' } });
    expect(audit).toMatchObject([
      { ...of, action: 'failure.edited', pointers: ['/data/name'], before: hash, after: hash },
    ]);
    expect(JSON.stringify(audit)).not.toContain('secret');
    expect(audit[0]?.before).not.toBe(audit[0]?.after);
  });

  it('is told why a failure was discarded, and of whose key', async () => {
    const { post, audit } = deskWith();
    await post('f-1/discard', { reason: 'no such address' }, keyOf('local', 'failures:write', 'k-1'));
    expect(audit).toMatchObject([
      {
        ...of,
        by: { key: 'k-1', name: 'k-1' },
        action: 'failure.discarded',
        reason: 'no such address',
        pointers: ['/state'],
      },
    ]);
  });

  it('is told nothing of what changed nothing', async () => {
    const discarded = { ...failure, state: 'discarded' as const, discarded: { reason: 'r', at: record.time } };
    const { post, audit } = deskWith({ failure: discarded, record, replacementSeen: false });
    expect(await post('f-1/discard', { reason: 'r' })).toMatchObject({ status: 200 });
    expect(await post('f-1/replay')).toMatchObject({ status: 409 });
    expect(audit).toEqual([]);
  });
});
