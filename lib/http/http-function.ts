import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { anyone, type Identity } from '../core/access/identity.ts';
import { hasScope } from '../core/access/scopes.ts';
import { codeOf, DependencyError, NewerFormatError } from '../core/errors.ts';
import { HttpProblem } from '../core/problem.ts';
import type { Log } from '../sdk/log.ts';
import { actingIn } from './acting-tenant.ts';
import { identityOf } from './authorizer.ts';
import { queryParametersOf } from './query-parameters.ts';
import { type HttpRequest, readRequest } from './request.ts';
import { type Access, isRoute, type RouteKey, type Routes } from './route.ts';
import { scopeMissing } from './scope-missing.ts';
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

export type HttpHandler = (request: HttpRequest, identity: Identity) => Promise<HttpResponse>;
/** One handler for each route. */
export type Handlers<Key extends RouteKey> = Readonly<Record<Key, HttpHandler>>;

export interface HttpFunctionOptions<Key extends RouteKey> {
  routes: Routes<Key>;
  /** Asked at each request that may be answered; not before. */
  handlers: () => Promise<Handlers<Key>>;
  /** Whether callers without an authorizer's word are let in, as the tenant `local`: on this machine alone. */
  open: boolean;
  log: Log;
}

/**
 * A Lambda function behind API Gateway, payload format 2.0: each request goes to the handler of its route, when the
 * caller may call that. Problems that the handler throws become `application/problem+json`; anything else is logged
 * with its cause and answered 500 without details.
 */
export const httpFunction = <Key extends RouteKey>({ routes, handlers, open, log }: HttpFunctionOptions<Key>) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({ timeoutEarlyInMillis: 0 })
    .use({
      onError: (request) => {
        request.response = answer(problemAnswer(problemOf(request.error, log)));
      },
    })
    .handler(async (event) => {
      const { routeKey } = event;
      if (!isRoute(routeKey, routes)) throw new HttpProblem('route-unknown', 'there is no such route');
      const access = routes[routeKey];
      const identity = access === 'anyone' ? anyone : identityOf(event, { open, log });
      requireAccess(identity, access);
      const request = readRequest(event);
      refuseStrangeQuery(request.query, routeKey);
      const caller = actingIn(identity, request.query, queryParametersOf(routeKey));
      const handle = (await handlers())[routeKey];
      return answer(await handle(request, caller));
    });

function requireAccess(identity: Identity, access: Access): void {
  if (access !== 'anyone' && access !== 'any key' && !hasScope(identity, access)) throw scopeMissing(access);
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

function answer({ status, headers, body, mediaType }: HttpResponse): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': mediaType ?? 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
