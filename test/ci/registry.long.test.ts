import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import lock from '../../package-lock.json' with { type: 'json' };
import { type Reaction, type ReceivedRequest, scriptedServer } from '../support/http-server.ts';
import { runProgram } from '../support/program.ts';

const cache = mkdtempSync(join(tmpdir(), 'npm-cache-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const advisory = (id: string, severity: string) => ({
  id: 1,
  url: `https://advisories.example/${id}`,
  title: 'It is broken',
  severity,
  vulnerable_versions: '<99',
  cwe: [],
  cvss: { score: 7, vectorString: null },
});

/** Every package has the version that is installed, and 99.0.0. */
function packument(path: string): Reaction {
  const name = decodeURIComponent(path.slice(1));
  const { version } = Object.entries(lock.packages).find(([at]) => at === `node_modules/${name}`)?.[1] ?? {};
  const versions = [version ?? '0.0.0', '99.0.0'].map((one) => [
    one,
    { name, version: one, dist: { tarball: `http://127.0.0.1:1/${name}.tgz` } },
  ]);
  return { status: 200, body: { name, 'dist-tags': { latest: '99.0.0' }, versions: Object.fromEntries(versions) } };
}

/** What a script says and ends with, where a registry answers so. */
async function run(script: string, react: (request: ReceivedRequest) => Reaction) {
  await using registry = await scriptedServer(react);
  const { printed, ended } = runProgram([script], { npm_config_registry: registry.url, npm_config_cache: cache });
  const [code] = await ended;
  return { code, said: printed.out, requests: registry.requests };
}

const withAdvisories = (body: object) => (request: ReceivedRequest) =>
  request.method === 'POST' ? { status: 200, body } : packument(request.path);

test('entry 34: .ci/audit ends with 1 where a package that is deployed has a grave fault', async () => {
  const { code, said, requests } = await run(
    '.ci/audit.ts',
    withAdvisories({ zod: [advisory('GHSA-one', 'high')], 'fast-check': [advisory('GHSA-two', 'high')] }),
  );
  expect(said).toMatch(/^GHSA-one +high +zod +what is deployed +fails/m);
  expect(said).toMatch(/^GHSA-two +high +fast-check +development +reported/m);
  expect(said).toContain('audit: 2 advisories, of which 1 fail\n');
  expect(code).toBe(1);
  expect(requests[0]?.path).toBe('/-/npm/v1/security/advisories/bulk');
});

test.each<[string, Reaction, RegExp]>([
  ['none is known', { status: 200, body: {} }, /^audit: 0 advisories, of which 0 fail\n$/],
  ['the registry has no advisories', { status: 405 }, /^audit: nothing was looked at, .+: 405 .+\n$/],
  ['it answers with something else', { status: 200, body: '<html>' }, /^audit: nothing was looked at, .+\n$/],
  ['it breaks off', { lose: 'answer' }, /^audit: nothing was looked at, .+\n$/],
])('entry 34: .ci/audit ends with 0 and a line where %s', async (_, reaction, line) => {
  const { code, said } = await run('.ci/audit.ts', () => reaction);
  expect(said).toMatch(line);
  expect(code).toBe(0);
});

test('entry 34: .ci/outdated shows what is behind, and fails nothing', async () => {
  const { code, said } = await run('.ci/outdated.ts', ({ path }) => packument(path));
  expect(said).toMatch(/^zod +\d+\.\d+\.\d+ +\d+\.\d+\.\d+ +99\.0\.0 +what is deployed$/m);
  expect(said).toMatch(/^vitest .+ 99\.0\.0 +development$/m);
  expect(code).toBe(0);
});

test('entry 34: .ci/outdated says in a line that no registry answers', async () => {
  const { code, said } = await run('.ci/outdated.ts', () => ({ status: 500 }));
  expect(said).toMatch(/^outdated: nothing was looked at: 500 .+\n$/);
  expect(code).toBe(0);
});
