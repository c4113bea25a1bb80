import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  APIGatewayRequestAuthorizerEventV2,
  Context,
} from 'aws-lambda';
import { gatewayEvent, lambdaContext } from './api-gateway.ts';

/** A request as it comes over the wire. */
export interface Wired {
  method: string;
  /** Path and query, as the client writes them. */
  target: string;
  /** Names and values in their order; a name may come again. */
  headers?: readonly (readonly [name: string, value: string])[];
  body?: string | Uint8Array;
}

export interface Said {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
}

export type Answering = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
export type Authorizer = (event: APIGatewayRequestAuthorizerEventV2, context: Context) => Promise<unknown>;

export interface HttpApi {
  /** By `GET /events/{id}`. */
  routes: ReadonlyMap<string, Answering>;
  authorizer: Authorizer;
}

/** The one route before which no authorizer stands. */
const OPEN = 'GET /health';

/**
 * What API Gateway does of an HTTP API with a Lambda authorizer before every route but one, by its manual and not by the gateway of this
 * machine: it routes the decoded path, asks the authorizer with the header as identity source, and hands its context on.
 * @param remembered what the authorizer said, by the header, for all routes and for ever; unless it is given nothing is remembered
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function httpApi(
  { routes, authorizer }: HttpApi,
  remembered?: Map<string, unknown>,
): (asked: Wired) => Promise<Said> {
  const find = router(routes);
  return async (asked) => {
    const event = eventOf(asked, find);
    const run = event && routes.get(event.routeKey);
    if (!event || !run) return says(404, 'Not Found');
    if (event.routeKey === OPEN) return answerOf(await run(event, lambdaContext));
    const { authorization } = event.headers;
    if (!authorization) return says(401, 'Unauthorized');
    const told =
      remembered?.get(authorization) ??
      (await authorizer(questionOf(event, authorization), lambdaContext).catch(() => undefined));
    if (!isVerdict(told)) return says(500, 'Internal Server Error');
    remembered?.set(authorization, told);
    if (!told.isAuthorized) return says(403, 'Forbidden');
    const { requestContext } = event;
    const known = { ...requestContext, authorizer: { lambda: told.context } };
    return answerOf(await run({ ...event, requestContext: known }, lambdaContext));
  };
}

/** The event of a request, as it is before anybody was asked who sends it. @returns undefined where there is no such route */
export function eventOf({ method, target, headers = [], body }: Wired, find: Find): APIGatewayProxyEventV2 | undefined {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const query = at < 0 ? '' : target.slice(at + 1);
  const found = find(method, decoded(path));
  if (!found) return undefined;
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const before = joined.get(lower);
    joined.set(lower, before === undefined ? value : `${before},${value}`);
  }
  const event = gatewayEvent({
    method,
    path,
    headers: Object.fromEntries(joined),
    ...(body !== undefined && { body }),
  });
  const { routeKey, pathParameters } = found;
  const context = { ...event.requestContext, routeKey };
  return {
    ...{ ...event, routeKey, rawPath: decoded(path), rawQueryString: query, requestContext: context },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
  };
}

type Find = (method: string, path: string) => { routeKey: string; pathParameters: Record<string, string> } | undefined;

/**
 * Says which route a request is of; of two the one with fewer parameters.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function router(routes: HttpApi['routes']): Find {
  const known = [...routes.keys()]
    .map((routeKey) => {
      const [method = '', path = ''] = routeKey.split(' ');
      return { routeKey, method, parts: path.split('/').map(partOf) };
    })
    .toSorted((a, b) => namesIn(a.parts) - namesIn(b.parts));
  return (method, path) => {
    const segments = path.split('/');
    const isOf = (part: Part, index: number) =>
      'name' in part ? segments[index] !== '' : part.text === segments[index];
    const found = known.find(
      (one) => one.method === method && one.parts.length === segments.length && one.parts.every(isOf),
    );
    if (!found) return undefined;
    const named = found.parts.flatMap((part, index) => ('name' in part ? [[part.name, segments[index] ?? '']] : []));
    return { routeKey: found.routeKey, pathParameters: Object.fromEntries(named) };
  };
}

type Part = { readonly name: string } | { readonly text: string };

function partOf(text: string): Part {
  const [, name] = /^\{(\w+)\}$/.exec(text) ?? [];
  return name === undefined ? { text } : { name };
}
const namesIn = (parts: readonly Part[]): number => parts.filter((part) => 'name' in part).length;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Payload 2.0 of an authorizer of kind REQUEST: all of a request but its body. */
function questionOf(
  { routeKey, rawPath, rawQueryString, headers, requestContext, pathParameters }: APIGatewayProxyEventV2,
  source: string,
): APIGatewayRequestAuthorizerEventV2 {
  const { method, path } = requestContext.http;
  return {
    ...{ version: '2.0', type: 'REQUEST', identitySource: [source], cookies: [] },
    routeArn: `arn:aws:execute-api:eu-central-1:123456789012:api/$default/${method}${path}`,
    ...{ routeKey, rawPath, rawQueryString, headers, requestContext },
    ...(pathParameters && { pathParameters }),
  };
}

const isVerdict = (told: unknown): told is { isAuthorized: boolean; context?: Record<string, unknown> } =>
  typeof told === 'object' && told !== null && 'isAuthorized' in told && typeof told.isAuthorized === 'boolean';

function answerOf({ statusCode = 0, headers = {}, body = '' }: APIGatewayProxyStructuredResultV2): Said {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { status: statusCode, headers: Object.fromEntries(given), text: body };
}

const says = (status: number, message: string): Said => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify({ message }),
});
