import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../lib/wiring/logger.ts';

describe('the log', () => {
  afterEach(() => vi.restoreAllMocks());

  it('writes one line of JSON with details and strikes credentials out of addresses', () => {
    const lines: string[] = [];
    const keep = (line: unknown) => lines.push(String(line)) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
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
});
