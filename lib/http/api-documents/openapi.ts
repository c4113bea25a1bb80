import type { Catalogue } from '../../core/catalogue.ts';
import { DefinitionError } from '../../sdk/errors.ts';
import { queryParametersAt } from '../query-parameters.ts';
import { type Access, isRoute, partsOf, type RouteKey, type Routes } from '../route.ts';
import { answersOf } from './openapi-answers.ts';
import { header, inQuery } from './openapi-parts.ts';
import { componentSchemas } from './openapi-schemas.ts';
import type { DocumentedRoutes, OperationObject } from './operation.ts';

/** The version of the HTTP contract. */
export const API_VERSION = '1.0.0';

/**
 * The HTTP interface as OpenAPI 3.1, with the schema and an example of every event type.
 * https://spec.openapis.org/oas/v3.1.1.html
 * @param functions whose routes it describes
 * @param asks `keys`: every request needs one; `open`: those from this machine need none, and one that is sent is checked
 */
export const openApi = (
  catalogue: Catalogue,
  functions: readonly DocumentedRoutes[],
  asks: 'keys' | 'open',
): Record<string, unknown> => ({
  openapi: '3.1.1',
  info: {
    title: 'Sluice',
    version: API_VERSION,
    summary: 'Takes events in, processes each exactly once, and tells what became of it.',
    description:
      'Lengths are UTF-16 code units: a character beyond U+FFFF counts twice. Where a route is asked in several ways each is an operation of its own; what stands behind `#` in its path is never sent.',
  },
  jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
  servers: [{ url: '/' }],
  tags: [{ name: 'Events' }, { name: 'Failures' }, { name: 'Access' }, { name: 'Service' }],
  paths: pathsOf(functions, catalogue, asks === 'open'),
  components: {
    schemas: componentSchemas(catalogue),
    headers: {
      RateLimit: header(
        '`"<policy>";r=<left>;t=<seconds until all is back>` of the limit that is nearest its end, where any is set',
      ),
      'RateLimit-Policy': header('`"<policy>";q=<at once>;w=<seconds in which that comes back>` of the same limit'),
    },
    securitySchemes: { key },
  },
});

const key = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'slc_<stage>_<secret>',
  description: 'A key of the stage. An operation names the scope that it needs; `operator` is all of them.',
};

type Paths = Record<string, Record<string, unknown>>;

/** @throws DefinitionError naming a route that is not described */
function pathsOf(functions: readonly DocumentedRoutes[], catalogue: Catalogue, isLocal: boolean): Paths {
  const paths: Paths = {};
  for (const { routes, operations } of functions) {
    for (const [route, access] of routesIn(routes)) {
      const describe = operations[route];
      if (!describe) throw new DefinitionError(`${route} has no operation for openapi.json`);
      const { method, path } = partsOf(route);
      const { also = {}, ...operation } = describe(catalogue);
      for (const [at, one] of Object.entries<OperationObject>({ [path]: operation, ...also })) {
        paths[at] = { ...paths[at], [method.toLowerCase()]: described(route, at, one, access, isLocal) };
      }
    }
  }
  return paths;
}

const routesIn = (routes: Routes): [RouteKey, Access][] =>
  Object.entries(routes).flatMap(([route, access]) => (isRoute(route, routes) ? [[route, access]] : []));

function described(
  route: RouteKey,
  path: string,
  { parameters = [], responses, ...operation }: OperationObject,
  access: Access,
  isLocal: boolean,
) {
  const all = [...parameters, ...Object.entries(queryParametersAt(route, path)).map(inQuery)];
  return {
    ...operation,
    ...(all.length > 0 && { parameters: all }),
    security: securityOf(access, isLocal),
    responses: answersOf(route, access, responses, isLocal),
  };
}

/** Of whom a key is asked, by its scope: https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object */
function securityOf(access: Access, isOpen: boolean): Record<string, string[]>[] {
  if (access === 'anyone') return [];
  return [{ key: access === 'any key' ? [] : [access] }, ...(isOpen ? [{}] : [])];
}
