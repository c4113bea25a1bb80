import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../lib/access/verdict.ts';
import type { Identity } from '../../../lib/core/access/identity.ts';
import { identityIn } from '../../../lib/core/access/identity-context.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { authorizer } from '../../../lib/http/authorize.ts';
import { identityOf } from '../../../lib/http/authorizer.ts';
import { MOST_MS } from '../../../lib/wiring/authorizer.ts';
import { authorizer as declared } from '../../../lib/wiring/functions/authorizer.ts';
import { gatewayEvent } from '../../support/api-gateway.ts';
import { silentLog } from '../../support/log.ts';
import { memoryMetrics } from '../../support/memory-metrics.ts';

const identity: Identity = {
  tenant: 'one',
  key: { id: 'k-1', name: 'shop: eu' },
  scopes: ['events:write', 'events:read'],
  types: ['parcel.sent'],
  sources: ['/ÄÖ "quoted" \\'],
  rate: { requests: 5 },
};
const TEXT = 'slc_dev_0123456789';

function world(verdict: Verdict | Error) {
  const asked: string[] = [];
  const lines: unknown[] = [];
  const metrics = memoryMetrics();
  const note = (...line: unknown[]) => void lines.push(line);
  const authorize = authorizer(
    async (text) => {
      asked.push(text);
      if (verdict instanceof Error) throw verdict;
      return verdict;
    },
    { log: { debug: note, info: note, warn: note, error: note }, metrics },
  );
  return { asked, lines, authorize, metrics };
}

describe('the authorizer', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])(
    'lets a key go on that is known, and says whose it is: %s',
    async (scheme) => {
      const { asked, authorize } = world({ identity });
      const answer = await authorize({ identitySource: [`${scheme} ${TEXT}`] });
      expect(asked).toEqual([TEXT]);
      expect(answer.isAuthorized).toBe(true);
      const context = 'context' in answer ? answer.context : {};
      // What the gateway remembers as JSON text breaks at a quote or a backslash.
      for (const value of Object.values(context)) expect(value).toMatch(/^[A-Za-z0-9 ._:-]*$/);
      expect(identityIn(context)).toEqual(identity);
      const event = gatewayEvent({ method: 'GET', path: '/events', authorizer: context });
      expect(identityOf(event, { open: false, log: silentLog })).toEqual(identity);
    },
  );

  it.each([
    undefined,
    [],
    [''],
    [TEXT],
    [`Basic ${TEXT}`],
    [`Bearer ${TEXT} x`],
    [`Bearer ${TEXT},Bearer ${TEXT}`],
    [`Bearer ${'a'.repeat(200_000)}`],
  ])('refuses what is no bearer key, and asks no store: %j', async (identitySource) => {
    const { asked, authorize } = world({ identity });
    const given = identitySource === undefined ? {} : { identitySource };
    expect(await authorize(given as { identitySource: string[] })).toEqual({ isAuthorized: false });
    expect(asked).toEqual([]);
  });

  it('refuses for whatever reason in the same words, logs the reason, and never the key', async () => {
    for (const refused of ['malformed', 'other-stage', 'unknown', 'expired', 'revoked', 'disabled'] as const) {
      const { lines, authorize } = world({ refused });
      expect(await authorize({ identitySource: [`Bearer ${TEXT}`] })).toEqual({ isAuthorized: false });
      expect(JSON.stringify(lines)).toContain(refused);
      expect(JSON.stringify(lines)).not.toContain(TEXT);
    }
  });

  it('logs of a refused key which one it is, where that is known, and which request had it', async () => {
    const { lines, authorize } = world({ refused: 'revoked', keyId: 'k-7' });
    await authorize({ identitySource: [`Bearer ${TEXT}`], requestContext: { requestId: 'r-1' } });
    expect(lines).toEqual([['a key was refused', { reason: 'revoked', key: 'k-7', api_request_id: 'r-1' }]]);
  });

  it('asks its stores within its own time, whatever the stage lets others wait', () => {
    expect(2 * MOST_MS.redis + MOST_MS.mongodb).toBeLessThan(declared.timeoutSeconds * 1000 - 2000);
    expect(declared.timeoutSeconds).toBeLessThanOrEqual(10);
  });

  it('throws where nobody can say, which the gateway does not remember', async () => {
    const { lines, authorize } = world(new DependencyError('mongodb', 'silent'));
    await expect(authorize({ identitySource: [`Bearer ${TEXT}`] })).rejects.toThrow('silent');
    expect(JSON.stringify(lines)).toContain('mongodb-unavailable');
    expect(JSON.stringify(lines)).not.toContain(TEXT);
  });
});
