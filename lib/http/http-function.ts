import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { anyone, type Identity } from '../core/access/identity.ts';
import { codeOf, DependencyError, NewerFormatError } from '../core/errors.ts';
import { HttpProblem } from '../core/problem.ts';
import { type Charge, free, type Limits } from '../limits/charge.ts';
import type { Log } from '../sdk/log.ts';
import { actingIn } from './acting-tenant.ts';
import { identityOf } from './authorizer.ts';
import { queryParametersOf } from './query-parameters.ts';
import { rateHeaders } from './rate-headers.ts';
import { bodyBytes, type HttpRequest, readRequest } from './request.ts';
import { requireScope } from './require-scope.ts';
import { type Access, isRoute, type RouteKey, type Routes } from './route.ts';
import { refuseStrangeQuery } from './strange-query.ts';

export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers?: Readonly<Record<string, string>>;
  /** Anything that JSON can carry. */
  body: unknown;
  /** `application/json` unless stated. */
  mediaType?: string;
}

/** @param charge taken already, unless the handler is one that takes it itself */
export type HttpHandler = (request: HttpRequest, identity: Identity, charge: Charge) => Promise<HttpResponse>;
/** One handler for each route. */
export type Handlers<Key extends RouteKey> = Readonly<Record<Key, HttpHandler>>;

export interface HttpFunctionOptions<Key extends RouteKey> {
  routes: Routes<Key>;
  /** Asked at each request that may be answered; not before. */
  handlers: () => Promise<Handlers<Key>>;
  /** Of callers with an identity; absent: nobody has a limit. */
  limits?: (() => Promise<Limits | 'none'>) | undefined;
  /** Whether handlers take their charge themselves, together with what else they ask of Redis. */
  chargesItself?: boolean | undefined;
  /** Whether callers without an authorizer's word are let in, as the tenant `local`: on this machine alone. */
  open: boolean;
  log: Log;
}

/**
 * A Lambda function behind API Gateway, payload format 2.0: each request goes to the handler of its route, when the
 * caller may call that. Every request of a caller is charged, refused or not, but for what the limits refuse. Problems that
 * the handler throws become `application/problem+json`; anything else is logged with its cause and answered 500 without details.
 */
export const httpFunction = <Key extends RouteKey>(options: HttpFunctionOptions<Key>) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({ timeoutEarlyInMillis: 0 })
    .use({
      onError: (request) => {
        request.response = answer(problemAnswer(problemOf(request.error, options.log)));
      },
    })
    .handler(async (event) => {
      const { routes, limits, log } = options;
      const { routeKey } = event;
      if (!isRoute(routeKey, routes)) throw new HttpProblem('route-unknown', 'there is no such route');
      if (routes[routeKey] === 'anyone') return answer(await respond(event, routeKey, anyone, free, options));
      const identity = identityOf(event, options);
      const charging = (await limits?.()) ?? 'none';
      const charge = charging === 'none' ? free : charging.chargeOf(identity, bodyBytes(event));
      const act = () => respond(event, routeKey, identity, charge, options);
      return answer(await charged(charge, act, log));
    });

async function respond<Key extends RouteKey>(
  event: APIGatewayProxyEventV2,
  routeKey: Key,
  identity: Identity,
  charge: Charge,
  { routes, handlers, chargesItself }: HttpFunctionOptions<Key>,
): Promise<HttpResponse> {
  const access: Access = routes[routeKey];
  if (access !== 'anyone' && access !== 'any key') requireScope(identity, access);
  const request = readRequest(event);
  refuseStrangeQuery(request.query, routeKey);
  const caller = actingIn(identity, request.query, queryParametersOf(routeKey));
  const handle = (await handlers())[routeKey];
  if (!chargesItself) await takeAll(charge);
  return handle(request, caller, charge);
}

/** What is refused costs what an answer costs, and whoever may ask no more hears that alone. */
async function charged(charge: Charge, act: () => Promise<HttpResponse>, log: Log): Promise<HttpResponse> {
  const response = await act().catch((error: unknown) => problemAnswer(problemOf(error, log)));
  const allowance = await charge.take();
  const said = 'refused' in allowance ? problemAnswer(allowance.refused) : response;
  return { ...said, headers: { ...said.headers, ...rateHeaders(charge.nearest()) } };
}

async function takeAll(charge: Charge): Promise<void> {
  const allowance = await charge.take();
  if ('refused' in allowance) throw allowance.refused;
}

/** RFC 9457 section 3 */
export const problemAnswer = ({ problem, headers }: HttpProblem): HttpResponse => ({
  status: problem.status,
  headers,
  body: problem,
  mediaType: 'application/problem+json',
});

/** What a client may know of whatever was thrown; what it may not know goes to the log. */
function problemOf(error: unknown, log: Log): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof DependencyError) {
    log.warn('a dependency did not answer', { code: error.code, error });
    return new HttpProblem('store-unavailable', 'a store does not answer; try again', { retryAfter: 2, cause: error });
  }
  if (error instanceof NewerFormatError) {
    log.warn('newer code is at work beside this', { error });
    const detail = 'a newer version of this service, which is being deployed, wrote this; try again';
    return new HttpProblem('store-unavailable', detail, { retryAfter: 30, cause: error });
  }
  log.error('a request broke', { code: codeOf(error), error });
  return new HttpProblem('internal-error', 'something broke here; it was recorded', { cause: error });
}

/**
 * For every answer: none is a page, whatever text of a client’s stands in it.
 * https://fetch.spec.whatwg.org/#x-content-type-options-header
 */
const EVERYWHERE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function answer({ status, headers, body, mediaType }: HttpResponse): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': mediaType ?? 'application/json', ...EVERYWHERE, ...headers },
    body: JSON.stringify(body),
  };
}
