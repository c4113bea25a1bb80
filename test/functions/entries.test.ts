import { describe, expect, it, vi } from 'vitest';
import { call } from '../support/api-gateway.ts';

/** Another file's, of the same process, may still be closing. */
const connections = () => process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP')).length;

describe('the entries of HTTP functions', () => {
  it.each(['ingest', 'query', 'failures', 'replay'])(
    '%s opens nothing when loaded, and answers 500 without configuration',
    async (name) => {
      vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
      const before = connections();
      const { handler } = await import(`../../functions/${name}.ts`);
      const answer = await call(handler, { method: name === 'ingest' ? 'POST' : 'GET', body: '{}' });
      expect(answer).toMatchObject({ status: 500, body: { code: 'internal-error' } });
      expect(connections()).toBeLessThanOrEqual(before);
    },
  );
});
