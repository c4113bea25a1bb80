import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadEventFolder } from '../../../../deploy/event-types.ts';
import { type Catalogue, catalogueOf } from '../../../../lib/core/catalogue.ts';
import { openApi } from '../../../../lib/http/api-documents/openapi.ts';
import type { RouteKey } from '../../../../lib/http/route.ts';
import { defineEvent } from '../../../../lib/sdk/define-event.ts';
import { httpFunctions } from '../../../../lib/wiring/functions/http-functions.ts';
import { definitionOf } from '../../../support/definitions.ts';
import { neutralFolder } from '../../../support/neutral-events.ts';

let catalogue: Catalogue;
let document: Record<string, unknown>;
let ajv: Ajv2020;
beforeAll(async () => {
  catalogue = await loadEventFolder(neutralFolder());
  document = openApi(catalogue, httpFunctions, 'keys');
  ajv = new Ajv2020({ strict: false });
  formatsPlugin.default(ajv);
  ajv.addSchema({ ...document, $id: 'openapi:document' });
});

const accepts = (name: string, value: unknown): boolean =>
  ajv.validate({ $ref: `openapi:document#/components/schemas/${name}` }, value);

describe('the OpenAPI document', () => {
  it.each(['keys', 'open'] as const)('is valid OpenAPI 3.1 with security %s', async (security) => {
    const result = await new Validator().validate(structuredClone(openApi(catalogue, httpFunctions, security)));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it('is valid without event types, and takes no event', async () => {
    const none = openApi(catalogueOf([]), httpFunctions, 'keys');
    const result = await new Validator().validate(structuredClone(none));
    expect(result.errors ?? []).toEqual([]);
    expect(none.paths).toMatchObject({ '/events': { post: { requestBody: { content: expect.any(Object) } } } });
    // The validator does not look into schemas.
    expect(JSON.stringify(none)).not.toMatch(/"(oneOf|anyOf)":\[\]/);
    const body = at(none, 'paths', '/events', 'post', 'requestBody', 'content', 'application/json', 'schema');
    const validate = new Ajv2020({ strict: false }).compile(body);
    expect(
      [{}, { type: 'a.b', data: {} }, 'a', [{ type: 'a.b', data: {} }]].filter((value) => validate(value)),
    ).toEqual([]);
    expect(validate([])).toBe(true);
  });

  it('accepts the example of every event type in each form of its event, and refuses it under another type', () => {
    for (const { definition } of catalogue.entries) {
      const { type, example } = definition;
      const cloudEvent = { specversion: '1.0', id: 'a', source: '/b', type, data: example };
      expect(accepts(`${type}.data`, example), type).toBe(true);
      expect(accepts(`${type}.event`, { type, data: example }), type).toBe(true);
      expect(accepts(`${type}.cloudevent`, cloudEvent), type).toBe(true);
      expect(accepts(`${type}.event`, { type: `${type}.other`, data: example }), type).toBe(false);
      expect(accepts(`${type}.event`, { type }), type).toBe(false);
      expect(accepts(`${type}.cloudevent`, { ...cloudEvent, id: undefined }), type).toBe(false);
    }
  });

  it('entry 29: allows null where it means absent, and nowhere else', () => {
    const [entry] = catalogue.entries;
    if (!entry) throw new Error('there is no event type');
    const { type, example } = entry.definition;
    const optional = ['specversion', 'id', 'source', 'subject', 'time', 'datacontenttype', 'dataschema', 'expirytime'];
    const absent = Object.fromEntries(
      [...optional, 'partitionkey', 'extra', 'data_base64'].map((name) => [name, null]),
    );
    expect(accepts(`${type}.event`, { ...absent, type, data: example })).toBe(true);
    expect(accepts(`${type}.event`, { type, data: null })).toBe(false);
    const needed = { specversion: '1.0', id: 'a', source: '/b' };
    expect(accepts(`${type}.cloudevent`, { ...absent, ...needed, type, data: example })).toBe(true);
    for (const name of Object.keys(needed))
      expect(accepts(`${type}.cloudevent`, { ...needed, [name]: null, type, data: example }), name).toBe(false);
  });

  it('shows an example of every event type for POST /events', () => {
    const examples = at(document, 'paths', '/events', 'post', 'requestBody', 'content', 'application/json', 'examples');
    expect(Object.keys(examples)).toEqual(catalogue.types);
  });

  it('asks for a signature everywhere but for GET /health, and nowhere on stage local', () => {
    const operations = Object.entries(at(document, 'paths')).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { security?: unknown }>).map(([method, operation]) => ({
        route: `${method} ${path}`,
        security: operation.security ?? document.security,
      })),
    );
    expect(operations.filter(({ security }) => (security as unknown[]).length === 0)).toEqual([
      { route: 'get /health', security: [] },
    ]);
  });

  it('names of every operation the scope that its route asks for, and no key locally too', () => {
    type Described = { paths: Record<string, Record<string, { security: Record<string, string[]>[] }>> };
    const secured = (asks: 'keys' | 'open') =>
      (JSON.parse(JSON.stringify(openApi(catalogue, httpFunctions, asks))) as Described).paths;
    const ways = Object.entries(secured('keys')).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => ({ path, method, security })),
    );
    for (const { path, method, security } of ways) {
      const route = `${method.toUpperCase()} ${path.replace(/#.*/, '').replace('/~', '/{id}')}`;
      const access = httpFunctions.map(({ routes }) => routes[route as RouteKey]).find((one) => one !== undefined);
      const scopes = access === 'any key' ? [] : [access];
      expect(security, route).toEqual(access === 'anyone' ? [] : [{ key: scopes }]);
      const open = secured('open')[path]?.[method]?.security;
      expect(open, route).toEqual(access === 'anyone' ? [] : [{ key: scopes }, {}]);
    }
    expect(document).toMatchObject({ components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } } });
  });

  it('says of every operation but health that it may be 429, and of each of its answers which limit is nearest its end', () => {
    type Described = { paths: Record<string, Record<string, { responses: Record<string, { headers?: object }> }>> };
    const { paths } = document as unknown as Described;
    const limits = {
      RateLimit: { $ref: '#/components/headers/RateLimit' },
      'RateLimit-Policy': { $ref: '#/components/headers/RateLimit-Policy' },
    };
    for (const [path, operations] of Object.entries(paths)) {
      for (const { responses } of Object.values(operations)) {
        const isLimited = path !== '/health';
        expect(Object.keys(responses).includes('429'), path).toBe(isLimited);
        for (const { headers = {} } of Object.values(responses)) {
          if (isLimited) expect(headers, path).toMatchObject(limits);
          else expect(Object.keys(headers)).toEqual([]);
        }
        if (isLimited) expect(responses[429]?.headers).toHaveProperty('Retry-After');
      }
    }
  });

  it('entry 33: says what the gateway of this machine refuses, and of a deployed one nothing of the kind', () => {
    type Described = { paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>> };
    const refusals = (security: 'open' | 'keys') => {
      const { paths } = openApi(catalogue, httpFunctions, security) as unknown as Described;
      return Object.entries(paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, { responses }]) => [
          `${method.toUpperCase()} ${path}`,
          responses[403]?.description ?? '',
        ]),
      );
    };
    for (const [route = '', said = ''] of refusals('open')) {
      expect(said, route).toContain('`host-not-allowed`');
      expect(said.includes('`origin-not-allowed`'), route).toBe(!route.startsWith('GET '));
    }
    expect(Object.fromEntries(refusals('open'))['POST /events']).toMatch(/^`scope-missing`, /);
    expect(JSON.stringify(refusals('keys'))).not.toMatch(/(host|origin)-not-allowed/);
  });

  it('lets a schema that refers to itself find itself inside the document', () => {
    const node = z.strictObject({
      name: z.string(),
      get children() {
        return z.array(node);
      },
    });
    const recursive = catalogueOf([
      defineEvent({ ...definitionOf('tree.grown'), data: node, example: { name: 'root', children: [] } }),
    ]);
    const own = new Ajv2020({ strict: false });
    formatsPlugin.default(own);
    own.addSchema({ ...openApi(recursive, httpFunctions, 'open'), $id: 'openapi:tree' });
    const check = (data: unknown) =>
      own.validate({ $ref: 'openapi:tree#/components/schemas/tree.grown.event' }, { type: 'tree.grown', data });
    expect(check({ name: 'a', children: [{ name: 'b', children: [] }] })).toBe(true);
    expect(check({ name: 'a', children: [{ name: 1, children: [] }] })).toBe(false);
  });
});

function at(value: unknown, ...path: string[]): Record<string, unknown> {
  return path.reduce<Record<string, unknown>>(
    (found, step) => found[step] as Record<string, unknown>,
    value as Record<string, unknown>,
  );
}
