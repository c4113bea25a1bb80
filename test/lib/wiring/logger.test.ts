import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../lib/wiring/logger.ts';

describe('the log', () => {
  const lines: string[] = [];
  const keep = (line: unknown) => lines.push(String(line)) > 0;
  const log = createLogger('ingest');
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterEach(() => vi.restoreAllMocks());

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

  it('says of an error what it says, and nothing else that it holds', () => {
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

  it('never throws, and never writes more than its bound', () => {
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
    const written = lines.map((line): Record<string, unknown> => JSON.parse(line));
    expect(written.filter(({ message }) => message === 'a line').length).toBe(given.length);
    expect(written.find(({ date }) => date)).toMatchObject({
      date: '1970-01-01T00:00:00.000Z',
      bytes: '[1000000 bytes]',
    });
  });
});
