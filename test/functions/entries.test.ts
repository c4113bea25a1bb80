import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { entriesOf } from '../../deploy/bundler.ts';
import { functions } from '../../lib/wiring/functions/functions.ts';
import { httpFunctions } from '../../lib/wiring/functions/http-functions.ts';
import { call, keyOf } from '../support/api-gateway.ts';

const root = join(import.meta.dirname, '../..');
/** Another file's, of the same process, may still be closing. */
const connections = () => process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP')).length;

describe('the entries', () => {
  it('are those of the declared functions, each of its own', () => {
    const names = functions.map(({ name }) => name);
    expect(entriesOf(root).toSorted()).toEqual(names.toSorted());
    for (const name of names) {
      const text = readFileSync(join(root, 'functions', `${name}.ts`), 'utf8');
      const declarations = [...text.matchAll(/lib\/wiring\/functions\/([\w-]+)\.ts'/g)].map(([, file]) => file);
      expect(declarations, name).toEqual([name]);
    }
  });

  const routes = httpFunctions
    .filter(({ needs }) => needs.length > 0)
    .flatMap(({ name, routes }) => Object.keys(routes).map((route) => ({ name, route })));
  it.each(routes)('$name opens nothing when loaded, and answers $route with 500 without configuration', async (one) => {
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
    const before = connections();
    const { handler } = await import(`../../functions/${one.name}.ts`);
    const [method = '', path = ''] = one.route.split(' ');
    const answer = await call(handler, { method, path, body: '{}', ...keyOf('one', 'operator') });
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal-error' } });
    expect(connections()).toBeLessThanOrEqual(before);
  });
});
