import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventFields, logEvents, withFields } from '../../../lib/core/log-fields.ts';
import { inInvocation, outsideInvocations } from '../../../lib/wiring/invocation.ts';
import { createLogger } from '../../../lib/wiring/logger.ts';

/** Everything that is written while the test runs. */
function written(): string[] {
  const lines: string[] = [];
  const keep = (line: unknown) => lines.push(String(line)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  return lines;
}

const uuid = (index: number) => `5f0c7a52-8a0b-4e6f-9d0e-${String(index).padStart(12, '0')}`;

describe('the log', () => {
  afterEach(() => vi.restoreAllMocks());

  it('writes one line of JSON with details and strikes credentials out of addresses', () => {
    const lines = written();
    const log = createLogger('ingest');
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

  it('says which invocation and which event a line is of, also of those that run at the same time', async () => {
    const lines = written();
    const log = createLogger('consume');
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
    const lines = written();
    const log = createLogger('consume');
    inInvocation({ awsRequestId: 'r-1' }, () => {
      outsideInvocations(log).warn('no connection');
      log.info('of the invocation');
    });
    expect(lines.map((line) => JSON.parse(line).request_id)).toEqual([undefined, 'r-1']);
  });

  it.each([
    [1, 1500],
    [10, 300],
  ])('costs of %i events that are accepted and settled together less than %i bytes each', (count, most) => {
    const lines = written();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const names = { tenant: 'tenant-of-a-name', source: '/tenants/tenant-of-a-name', type: 'subscription.cancelled' };
    const events = Array.from({ length: count }, (_, index) => eventFields({ ...names, id: uuid(index), traceparent }));
    inInvocation({ awsRequestId: uuid(99) }, () => {
      logEvents(createLogger('ingest').info, 'accepted', events);
      const settled = events.map((fields) => ({ ...fields, attempt: 1, attempts: 1, outcome: 'succeeded' }));
      logEvents(createLogger('consume').info, 'settled', settled);
    });
    expect(lines).toHaveLength(2);
    expect(lines.join('').length / count).toBeLessThan(most);
    for (const line of lines) for (const { event_id } of events) expect(line).toContain(String(event_id));
  });
});
