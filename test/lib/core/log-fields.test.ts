import { describe, expect, test } from 'vitest';
import { eventFields, logEvents, together, withFields } from '../../../lib/core/log-fields.ts';
import type { Log } from '../../../lib/sdk/log.ts';

const event = { tenant: 't', id: 'e-1', source: '/tenants/t', type: 'test.happened' };
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function recording() {
  const lines: unknown[] = [];
  const at =
    (level: keyof Log): Log['info'] =>
    (message, details) =>
      void lines.push([level, message, details]);
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { log, lines };
}

describe('what a line says of an event', () => {
  test('is its names', () => {
    expect(eventFields(event)).toEqual({ event_id: 'e-1', source: '/tenants/t', type: 'test.happened', tenant: 't' });
  });

  test('is its trace and its replay, where it has one; nothing else of what it is', () => {
    const message = { ...event, replay: 2, traceparent, data: { secret: 1 } };
    expect(eventFields(message)).toEqual({
      ...eventFields(event),
      replay: 2,
      trace_id: '0af7651916cd43dd8448eb211c80319c',
    });
    expect(eventFields({ ...event, replay: 0 })).toEqual(eventFields(event));
  });
});

test('a log with members says them in every line, over details of the same name', () => {
  const { log, lines } = recording();
  const bound = withFields(log, { type: 'a' });
  for (const level of ['debug', 'info', 'warn', 'error'] as const) bound[level](level, { type: 'other', more: 1 });
  bound.info('bare');
  expect(lines).toEqual([
    ...['debug', 'info', 'warn', 'error'].map((level) => [level, level, { type: 'a', more: 1 }]),
    ['info', 'bare', { type: 'a' }],
  ]);
});

describe('one line about events', () => {
  const line = (id: string, more = {}) => ({ event_id: id, source: '/a', ...more });

  test('has the members of a single one beside the details', () => {
    const { log, lines } = recording();
    logEvents(log.warn, 'said', [line('1')], { code: 'c' });
    expect(lines).toEqual([['warn', 'said', { code: 'c', event_id: '1', source: '/a' }]]);
  });

  test('says once what many have in common', () => {
    expect(together([line('1'), line('2', { replay: 1 }), line('3')])).toEqual({
      source: '/a',
      events: [{ event_id: '1' }, { event_id: '2', replay: 1 }, { event_id: '3' }],
    });
  });

  test('is said of no event where there is none', () => {
    const { log, lines } = recording();
    logEvents(log.info, 'said', []);
    expect(lines).toEqual([]);
  });

  test('names at most a hundred; the next line names the next', () => {
    const { log, lines } = recording();
    const many = Array.from({ length: 201 }, (_, index) => line(String(index)));
    logEvents(log.info, 'said', many);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toEqual(['info', 'said', line('200')]);
  });

  test('gives the number where there are more than are to be named', () => {
    expect(together([line('1'), line('2')], 1)).toEqual({ source: '/a', event_count: 2 });
  });
});
