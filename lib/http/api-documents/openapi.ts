import type { Catalogue } from '../../core/catalogue.ts';
import { DefinitionError } from '../../sdk/errors.ts';
import { queryParametersAt } from '../query-parameters.ts';
import { type Access, isRoute, partsOf, type RouteKey, type Routes } from '../route.ts';
import { inQuery, problem } from './openapi-parts.ts';
import { componentSchemas } from './openapi-schemas.ts';
import type { DocumentedRoutes, OperationObject } from './operation.ts';

/** The version of the HTTP contract. */
export const API_VERSION = '1.0.0';

/**
 * The HTTP interface as OpenAPI 3.1, with the schema and an example of every event type.
 * https://spec.openapis.org/oas/v3.1.1.html
 * @param functions whose routes it describes
 * @param security `aws-iam`: requests are signed with AWS Signature Version 4; `none`: on this machine
 */
export const openApi = (
  catalogue: Catalogue,
  functions: readonly DocumentedRoutes[],
  security: 'aws-iam' | 'none',
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
  tags: [{ name: 'Events' }, { name: 'Failures' }, { name: 'Service' }],
  ...(security === 'aws-iam' && { security: [{ awsIam: [] }] }),
  paths: pathsOf(functions, catalogue, security === 'none'),
  components: {
    schemas: componentSchemas(catalogue),
    ...(security === 'aws-iam' && { securitySchemes: { awsIam } }),
  },
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html */
const awsIam = {
  type: 'apiKey',
  in: 'header',
  name: 'Authorization',
  description: 'AWS Signature Version 4, service execute-api',
  'x-amazon-apigateway-authtype': 'awsSigv4',
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
    ...(access === 'anyone' && { security: [] }),
    responses: {
      ...responses,
      400: responses[400] ?? problem('`invalid-parameter`'),
      ...(isLocal && { 403: refusedHere(route, responses[403]) }),
    },
  };
}

/** What the gateway of this machine refuses beside what the function does. */
function refusedHere(route: RouteKey, response: OperationObject['responses'][number] | undefined) {
  const codes = partsOf(route).method === 'GET' ? '`host-not-allowed`' : '`host-not-allowed`, `origin-not-allowed`';
  return problem(response === undefined ? codes : `${response.description}, ${codes}`);
}
