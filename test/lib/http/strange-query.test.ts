import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { openApi } from '../../../lib/http/api-documents/openapi.ts';
import { httpFunction } from '../../../lib/http/http-function.ts';
import { queryParametersOf } from '../../../lib/http/query-parameters.ts';
import { isRoute, partsOf, type RouteKey } from '../../../lib/http/route.ts';
import { httpFunctions } from '../../../lib/wiring/functions/http-functions.ts';
import { call } from '../../support/api-gateway.ts';
import { silentLog } from '../../support/log.ts';

const served = httpFunctions.flatMap(({ routes }) =>
  Object.keys(routes).flatMap((route) => (isRoute(route, routes) ? [{ route, routes }] : [])),
);
const everyRoute = served.map(({ route }) => route);

/** Asks a route, whose handler answers 200 to whatever reaches it. */
async function ask(route: RouteKey, query: string) {
  const { method, path } = partsOf(route);
  const handler = httpFunction({
    routes: Object.fromEntries(everyRoute.map((one) => [one, 'any key'] as const)),
    handlers: async () => Object.fromEntries(everyRoute.map((one) => [one, async () => ({ status: 200, body: {} })])),
    open: true,
    log: silentLog,
  });
  return call((event: APIGatewayProxyEventV2, context) => handler({ ...event, routeKey: route }, context), {
    method,
    path: `${path}?${query}`,
  });
}

const refusal = (parameter: string) => ({
  status: 400,
  body: { code: 'invalid-parameter', parameter, retryable: false },
});

describe.each(everyRoute)('%s', (route) => {
  const known = Object.keys(queryParametersOf(route));

  it('entry 17: refuses a parameter that it does not know', async () => {
    for (const name of [
      'stauts',
      'Tenant',
      'tenants',
      'constructor',
      '__proto__',
      'limit ',
      '',
      'x'.repeat(5000),
      '\ud83d\ude00',
    ]) {
      const answer = await ask(route, `${encodeURIComponent(name)}=1`);
      expect(answer, name).toMatchObject(refusal([...name].slice(0, 60).join('')));
      expect(JSON.stringify(answer.body).length).toBeLessThan(1000);
    }
    expect((await ask(route, '%zz=1')).status).toBe(400);
  });

  it('entry 17, entry 20: refuses one that is given twice, or empty', async () => {
    for (const name of known) {
      expect(await ask(route, `${name}=1&${name}=1`)).toMatchObject(refusal(name));
      expect(await ask(route, `${name}=`)).toMatchObject(refusal(name));
      expect(await ask(route, name)).toMatchObject(refusal(name));
    }
  });

  it('lets through what it knows, and nothing at all', async () => {
    for (const query of ['', '&', ...known.map((name) => `${name}=1`)]) {
      expect((await ask(route, query)).status, query).toBe(200);
    }
  });

  it('is described with just these parameters', () => {
    const { paths } = openApi(catalogueOf([]), httpFunctions, 'open') as {
      paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
    };
    const { method, path } = partsOf(route);
    const ways = Object.keys(paths).filter((one) => one.split('#')[0] === path || one === path.replace('{id}', '~'));
    const described = ways.flatMap((one) => paths[one]?.[method.toLowerCase()]?.parameters ?? []);
    const names = described.flatMap((one) => (one.in === 'query' ? [one.name] : []));
    expect([...new Set(names)].toSorted()).toEqual(known.toSorted());
  });
});

it('entry 17: says what a misspelt parameter may have meant', async () => {
  const { body } = await ask('GET /failures', 'stauts=discarded');
  expect(body).toMatchObject({ suggestions: ['status'], detail: '"stauts" is not understood here; is it status?' });
  expect((await ask('GET /health', 'x=1')).body).toMatchObject({
    suggestions: [],
    detail: '"x" is not understood here; understood: nothing',
  });
});
