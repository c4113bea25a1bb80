import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventFields, logEvents, together, withFields } from '../../../lib/core/log-fields.ts';
import { plainLog } from '../../../lib/core/plain.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { inInvocation, outsideInvocations } from '../../../lib/wiring/invocation.ts';
import { createLogger } from '../../../lib/wiring/logger.ts';
import { createMetrics } from '../../../lib/wiring/metrics.ts';

const uuid = (index: number) => `5f0c7a52-8a0b-4e6f-9d0e-${String(index).padStart(12, '0')}`;

describe('the log', () => {
  const lines: string[] = [];
  const keep = (line: unknown) => lines.push(String(line)) > 0;
  let log: Log;
  beforeEach(() => {
    // Only now: a file before this one may have silenced the logs until its last test was over.
    log = createLogger('ingest');
    lines.length = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it('writes one line of JSON with details and strikes credentials out of addresses', () => {
    const error = new Error('cannot reach mongodb+srv://sluice:s3cret@db.example.org/x');
    log.warn('a store is silent', { error, url: 'rediss://:pa@ss@redis.example.org' });
    log.error('broken', { error });
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).not.toMatch(/s3cret|pa@ss/);
      expect(JSON.parse(line)).toMatchObject({
        service: 'ingest',
        error: { message: 'cannot reach mongodb+srv://***@db.example.org/x' },
      });
    }
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'WARN',
      message: 'a store is silent',
      url: 'rediss://***@redis.example.org',
    });
  });

  it('says of itself what it says, whatever it is given under those names, in that one line', () => {
    const given = { level: 'high', message: 'theirs', service: 'partner', timestamp: 1, sampling_rate: 2, kept: 3 };
    log.info('asked', given);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'INFO', message: 'asked', service: 'ingest', timestamp: expect.stringContaining('T'), kept: 3 },
    ]);
  });

  it('makes nothing for a line that its level does not write', () => {
    let looks = 0;
    const details = () => ({
      get value() {
        return ++looks;
      },
    });
    log.debug('not written', details());
    expect({ lines, looks }).toEqual({ lines: [], looks: 0 });
    log.info('written', details());
    expect({ lines: lines.length, looks }).toEqual({ lines: 1, looks: 1 });
  });

  it('entry 4: says of an error what it says, and nothing else that it holds', () => {
    const document = { email: 'ann@example.org' };
    const error = Object.assign(new Error('refused'), {
      code: 11000,
      keyValue: document,
      writeErrors: [{ op: document }],
      result: document,
      errorResponse: { op: document },
    });
    log.error('a write failed', { error: new Error('outer', { cause: error }), other: [error] });
    expect(lines[0]).toContain('refused');
    expect(lines[0]).not.toContain('ann@example.org');
  });

  it('entry 4: never throws, and never writes more than its bound', () => {
    const cyclic: Record<string, unknown> = { name: 'c' };
    cyclic.self = cyclic;
    const round = new Error('round');
    round.cause = round;
    const trap = () => {
      throw new Error('trap');
    };
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, 'x'.repeat(1000)]));
    const hostile = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap });
    const given: unknown[] = [
      { error: round },
      cyclic,
      many,
      hostile,
      { hostile, getter: Object.defineProperty({}, 'x', { get: trap, enumerable: true }) },
      new Error('bare'),
      [1, 'two', { three: 3 }],
      'text',
      null,
      {
        id: 1n,
        symbol: Symbol('s'),
        call: trap,
        at: new Date(Number.NaN),
        bytes: new Uint8Array(1e6),
        date: new Date(0),
      },
      { toJSON: trap, message: 'mine', level: 'mine', timestamp: {}, ['__proto__']: { a: 1 } },
      { text: 'x'.repeat(5e6), list: new Array(1e7).fill('y') },
    ];
    for (const details of given) expect(() => log.warn('a line', details as Record<string, unknown>)).not.toThrow();
    log.warn({} as string);
    log.warn('m'.repeat(1e6));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(20_000);
    const entries = lines.map((line): Record<string, unknown> => JSON.parse(line));
    expect(entries.filter(({ message }) => message === 'a line').length).toBe(given.length);
    expect(entries.find(({ date }) => date)).toMatchObject({
      date: '1970-01-01T00:00:00.000Z',
      bytes: '[1000000 bytes]',
    });
  });

  it('says of which invocation and event it is before it is cut, whatever a handler gives', () => {
    const long = (index: number) => '\u{1F600}'.repeat(255) + index;
    const names = { tenant: 'a'.repeat(64), type: 'parcel.sent', source: long(0) + long(1) };
    const events = [0, 1, 2].map((index) => ({ ...eventFields({ ...names, id: long(index) }), attempt: 1 }));
    const [one = {}] = events;
    const trap = () => {
      throw new Error('trap');
    };
    const given = [
      Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, 'x'.repeat(1000)])),
      { event_id: 'another', attempt: 'x'.repeat(1e6) },
      new Proxy({}, { get: trap, ownKeys: trap }),
      'x'.repeat(5e6),
      null,
      Array.from({ length: 90 }, () => Array(90).fill(Array(90).fill(Array(90).fill(true)))),
    ];
    inInvocation({ awsRequestId: 'r-1' }, () => {
      const bound = plainLog(withFields(withFields(log, { type: 'parcel.sent' }), one));
      for (const details of given) bound.warn('said', details as Record<string, unknown>);
    });
    expect(lines).toHaveLength(given.length);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ ...one, request_id: 'r-1' });
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(30_000);
  });

  it('names every event of a batch whose names are as long as can be', () => {
    const names = { tenant: 'a'.repeat(64), type: 'parcel.sent', source: '/s' };
    const events = Array.from({ length: 100 }, (_, index) =>
      eventFields({ ...names, id: '\u{1F600}'.repeat(250) + String(index).padStart(3, '0') }),
    );
    logEvents(log.warn, 'said', events, { code: 'c', reason: 'x'.repeat(1000) });
    const said = lines.flatMap((line) => JSON.parse(line).events).map(({ event_id }) => event_id);
    expect(said).toEqual(events.map(({ event_id }) => event_id));
    for (const line of lines) expect(JSON.parse(line).reason).toHaveLength(1000);
    expect(together(events)).toMatchObject({ event_count: 100 });
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(20_000);
  });

  it('says which invocation and which event a line is of, also of those that run at the same time', async () => {
    const invocation = (request: string, ids: readonly string[]) =>
      inInvocation({ awsRequestId: request }, () =>
        Promise.all(
          ids.map(async (event_id) => {
            const own = withFields(log, { event_id });
            for (let line = 0; line < 3; line++) {
              await new Promise(setImmediate);
              own.info('works', { expected: `${request} ${event_id}` });
            }
          }),
        ),
      );
    await Promise.all([invocation('r-1', ['a', 'b']), invocation('r-2', ['c'])]);
    log.info('idle');
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries).toHaveLength(10);
    for (const entry of entries.slice(0, 9)) expect(`${entry.request_id} ${entry.event_id}`).toBe(entry.expected);
    expect(Object.keys(entries[9])).not.toContain('request_id');
  });

  it('says of no invocation what a connection says that one of them has opened', () => {
    inInvocation({ awsRequestId: 'r-1' }, () => {
      outsideInvocations(log).warn('no connection');
      log.info('of the invocation');
    });
    expect(lines.map((line) => JSON.parse(line).request_id)).toEqual([undefined, 'r-1']);
  });

  it.each([
    [1, 1500],
    [10, 300],
  ])(
    'costs of %i events that are accepted and settled together, metrics and all, less than %i bytes each',
    async (count, most) => {
      // Lambda sets the last, whether somebody traces or not.
      const lambda = { SERVICE: 'sluice', STAGE: 'prod', _X_AMZN_TRACE_ID: `Root=1-5759e988-${'b'.repeat(24)}` };
      for (const [name, value] of Object.entries(lambda)) vi.stubEnv(name, value);
      vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const names = { tenant: 'tenant-of-a-name', source: '/tenants/tenant-of-a-name', type: 'subscription.cancelled' };
      const events = Array.from({ length: count }, (_, index) =>
        eventFields({ ...names, id: uuid(index), traceparent }),
      );
      const taking = createMetrics('ingest', log);
      const settling = createMetrics('consume', log);
      // What only the first invocation of a process tells.
      for (const metrics of [taking, settling]) await metrics.during(async () => undefined);
      lines.length = 0;
      await inInvocation({ awsRequestId: uuid(99) }, async () => {
        await taking.during(async () => {
          logEvents(createLogger('ingest').info, 'accepted', events);
          taking.add('Accepted', names.type, count);
          taking.add('IngestTime', names.type, 12_345);
        });
        await settling.during(async () => {
          if (count > 1) settling.add('BatchSize', names.type, count);
          for (const _ of events) settling.add('Succeeded', names.type, 1);
          for (const name of ['TimeToSettle', 'HandlerTime'] as const)
            for (const _ of events) settling.add(name, names.type, 12_345);
          for (const _ of events) settling.add('WaitingSeconds', names.type, 12);
          const settled = events.map((fields) => ({ ...fields, attempts: 1, outcome: 'succeeded' }));
          logEvents(createLogger('consume').info, 'settled', settled);
        });
      });
      expect(lines).toHaveLength(4);
      expect(lines.join('').length / count).toBeLessThan(most);
      for (const line of lines.filter((one) => !one.includes('_aws')))
        for (const { event_id } of events) expect(line).toContain(String(event_id));
    },
  );
});
