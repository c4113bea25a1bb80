import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Derived, derive } from '../../../../deploy/template.ts';
import { openApi } from '../../../../lib/http/api-documents/openapi.ts';
import type { HttpRequest } from '../../../../lib/http/request.ts';
import type { DocumentedFunction } from '../../../../lib/wiring/functions/declaration.ts';
import { functions } from '../../../../lib/wiring/functions/functions.ts';
import { httpFunctions } from '../../../../lib/wiring/functions/http-functions.ts';
import { httpHandler } from '../../../../lib/wiring/http-handler.ts';
import { call, keyOf, type Sent } from '../../../support/api-gateway.ts';
import { catalogueOfTypes } from '../../../support/definitions.ts';

const operation = { operationId: 'changeThing', summary: 'Changes a thing', tags: ['Things'], responses: {} };
/** All that somebody declares to add a function with a route. */
const things = {
  kind: 'http',
  name: 'change-things',
  description: 'Changes things',
  needs: ['mongodb', 'EVENT_TYPES'],
  queues: { publish: ['replays'] },
  routes: { 'PATCH /things/{id}': 'failures:write' },
  operations: { 'PATCH /things/{id}': () => operation },
} as const satisfies DocumentedFunction;

const types = ['parcel.sent'];
const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
let before: Derived;
let after: Derived;
beforeAll(async () => {
  const settings = { service: 'sluice', stage: 'dev', origins: ['https://site.example'], environment };
  before = await derive(settings, catalogueOfTypes(types));
  after = await derive(settings, catalogueOfTypes(types), [...functions, things]);
});

/** What is in the second that was not in the first. */
const added = (first: object, second: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(second).filter(([name]) => !(name in first)));

describe('PATCH /things/{id}, declared', () => {
  it('is a function of the framework with its route and the environment that it needs', () => {
    expect(added(before.functions, after.functions)).toEqual({
      changeThings: {
        name: 'sluice-dev-changeThings',
        description: 'Changes things',
        handler: 'dist/change-things/index.handler',
        timeout: 29,
        role: arn('ChangeThingsRole'),
        dependsOn: ['DatabaseSetup'],
        environment: {
          SERVICE: 'sluice',
          STAGE: 'dev',
          MONGODB_URI: 'mongodb+srv://example/',
          EVENT_TYPES: 'parcel.sent',
          NODE_OPTIONS: '--enable-source-maps',
        },
        package: { patterns: ['!**', 'dist/change-things/**'] },
        events: [{ httpApi: { method: 'PATCH', path: '/things/{id}', authorizer: { name: 'keys' } } }],
      },
    });
  });

  it('has a role with its rights and an alarm, may send to its queue, and nothing else of the template changes', () => {
    const resources = added(before.resources.Resources, after.resources.Resources);
    expect(Object.keys(resources)).toEqual(['ChangeThingsRole', 'ChangeThingsFunctionAlarm']);
    expect(resources).toMatchObject({
      ChangeThingsRole: {
        Properties: {
          Policies: [
            {
              PolicyDocument: {
                Statement: [
                  { Sid: 'Log', Resource: [arn('ChangeThingsLogGroup')] },
                  { Sid: 'Publish', Action: ['sqs:SendMessage'], Resource: [arn('ReplaysQueue')] },
                ],
              },
            },
          ],
        },
      },
      ChangeThingsFunctionAlarm: {
        Properties: {
          Metrics: expect.arrayContaining([
            expect.objectContaining({
              MetricStat: expect.objectContaining({
                Metric: expect.objectContaining({
                  Dimensions: [{ Name: 'FunctionName', Value: 'sluice-dev-changeThings' }],
                }),
              }),
            }),
          ]),
        },
      },
    });
    // Whoever may send, and what the dashboard shows, is said in one place each.
    const { QueuePolicy: others, Dashboard: _, ...rest } = before.resources.Resources;
    const { QueuePolicy: withThem, Dashboard: shown } = after.resources.Resources;
    expect(JSON.stringify(shown)).toContain('sluice-dev-changeThings');
    expect(after.resources.Resources).toMatchObject(rest);
    const role = JSON.stringify(arn('ChangeThingsRole'));
    expect([others, withThem].map((policy) => JSON.stringify(policy).includes(role))).toEqual([false, true]);
  });

  it('lets browsers send PATCH', () => {
    expect(before.cors).toMatchObject({ allowedMethods: ['GET', 'POST', 'PUT', 'DELETE'] });
    expect(after.cors).toMatchObject({ allowedMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] });
  });

  it('is in openapi.json', () => {
    const described = openApi(catalogueOfTypes(types), [...httpFunctions, things], 'keys');
    expect(described).toMatchObject({ paths: { '/things/{id}': { patch: operation } } });
  });

  it('reaches its handler with the parameters of its path, when the key has its scope', async () => {
    for (const [name, value] of Object.entries({
      ...environment,
      SERVICE: 'sluice',
      STAGE: 'dev',
      EVENT_TYPES: 'parcel.sent',
    }))
      vi.stubEnv(name, value);
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
    const reached: { request: HttpRequest; variables: string[] }[] = [];
    const handler = httpHandler(things, (config) => ({
      handlers: {
        'PATCH /things/{id}': async (request) => {
          reached.push({ request, variables: Object.keys(config) });
          return { status: 200, body: { changed: true } };
        },
      },
      limits: 'none',
    }));
    const sent: Sent = { method: 'PATCH', path: '/things/a%20b', id: 'a b', body: '{"colour":"red"}' };
    expect(await call(handler, { ...sent, ...keyOf('acme', 'failures:read') })).toMatchObject({
      status: 403,
      body: { code: 'scope-missing', detail: expect.stringContaining('failures:write') },
    });
    expect(reached).toEqual([]);
    expect(await call(handler, { ...sent, ...keyOf('acme', 'failures:write') })).toMatchObject({ status: 200 });
    expect(reached).toMatchObject([
      {
        request: { pathParameters: { id: 'a b' }, body: '{"colour":"red"}' },
        variables: [
          ...[
            'SERVICE',
            'STAGE',
            'MONGODB_URI',
            'MONGODB_DATABASE',
            'MONGODB_TIMEOUT_MS',
            'WITHOUT_TLS',
            'SECRETS_TIMEOUT_MS',
            'EVENT_TYPES',
          ],
        ],
      },
    ]);
  });

  it('does not compile without its handler, or when that reads what it does not need', () => {
    const handlers = { 'PATCH /things/{id}': async () => ({ status: 200, body: {} }) };
    // @ts-expect-error: no handler of PATCH /things/{id}
    httpHandler(things, () => ({ handlers: {}, limits: 'none' }));
    // @ts-expect-error: REDIS_URL is none of its needs
    httpHandler(things, (config) => ({ handlers, limits: 'none', url: config.REDIS_URL }));
  });
});

describe('the declared functions', () => {
  it('have no route twice', () => {
    const routes = httpFunctions.flatMap((one) => Object.keys(one.routes));
    expect(routes.length).toBeGreaterThan(10);
    expect([...new Set(routes)]).toEqual(routes);
  });

  it('describe every route for openapi.json, each under a name of its own; without that there is no document', () => {
    const catalogue = catalogueOfTypes(types);
    const ids = httpFunctions.flatMap((one) =>
      Object.keys(one.routes).map((route) => one.operations[route]?.(catalogue).operationId),
    );
    expect(ids).not.toContain(undefined);
    expect([...new Set(ids)]).toEqual(ids);
    expect(() => openApi(catalogue, [{ ...things, operations: {} }], 'open')).toThrow(
      'PATCH /things/{id} has no operation for openapi.json',
    );
  });
});
