import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { call } from '../support/api-gateway.ts';

const folder = new URL('../../functions/', import.meta.url);
const httpFunctions = ['ingest', 'query', 'failures'] as const;

describe('the entries of functions', () => {
  it.each(readdirSync(folder).filter((file) => file.endsWith('.ts')))('%s has 30 lines at most', (file) => {
    expect(readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  it.each(httpFunctions)('%s opens nothing when loaded, and answers 500 without configuration', async (name) => {
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
    const { handler } = await import(`../../functions/${name}.ts`);
    const answer = await call(handler, { method: name === 'ingest' ? 'POST' : 'GET', body: '{}' });
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal-error' } });
    expect(process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP'))).toEqual([]);
  });
});
