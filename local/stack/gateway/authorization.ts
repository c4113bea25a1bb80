import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { BoundedMap } from '../../../lib/core/bounded-map.ts';
import { messageOf } from '../../../lib/core/errors.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { gatewaySays, internalServerError, type RawResponse } from './response.ts';

export interface AuthorizationOptions {
  /** Whether a request without a key goes on, and is nobody's: never on a deployed stage. */
  open: boolean;
  /** Routes that the authorizer does not stand before, by their keys. */
  anyone: ReadonlySet<string>;
  /** Invokes the authorizer. */
  ask(event: APIGatewayRequestAuthorizerEventV2): Promise<unknown>;
  /** How long its answer is remembered. */
  ttlSeconds: number;
  clock: Pick<Clock, 'now'>;
  /** Hears of each request that it did not decide. */
  failed(routeKey: string, message: string): void;
}

/** A request as its function gets it, or what the gateway says instead. */
export type Authorized = { readonly event: APIGatewayProxyEventV2 } | { readonly refused: RawResponse };

type Context = Readonly<Record<string, unknown>>;
type Decision = { readonly context: Context } | 'refused';

const MOST_REMEMBERED = 1000;

/**
 * What an HTTP API does with a Lambda authorizer (REQUEST, payload 2.0, simple responses, identity source Authorization): 401 without
 * that header, 403 where the function says no, 500 where it says nothing that counts. Yes and no are remembered by the header alone, for
 * all routes; a 500 is not.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function authorization(options: AuthorizationOptions): (event: APIGatewayProxyEventV2) => Promise<Authorized> {
  const { open, anyone, ask, ttlSeconds, clock, failed } = options;
  const remembered = new BoundedMap<string, { until: number; decision: Decision }>(MOST_REMEMBERED);

  async function decide(source: string, event: APIGatewayProxyEventV2): Promise<Decision> {
    const known = remembered.get(source);
    if (known && known.until > clock.now()) return known.decision;
    const decision = decisionIn(await ask(questionOf(event, source)));
    remembered.set(source, { until: clock.now() + ttlSeconds * 1000, decision });
    return decision;
  }

  return async (event) => {
    if (anyone.has(event.routeKey)) return { event };
    const { authorization: source } = event.headers;
    if (!source) return open && source === undefined ? { event } : { refused: gatewaySays(401, 'Unauthorized') };
    try {
      const decision = await decide(source, event);
      if (decision === 'refused') return { refused: gatewaySays(403, 'Forbidden') };
      return { event: withContext(event, decision.context) };
    } catch (error) {
      failed(event.routeKey, messageOf(error));
      return { refused: internalServerError() };
    }
  };
}

/** What the authorizer is asked: all of a request but its body. */
function questionOf(event: APIGatewayProxyEventV2, source: string): APIGatewayRequestAuthorizerEventV2 {
  const { routeKey, rawPath, rawQueryString, headers, requestContext } = event;
  const { cookies = [], queryStringParameters, pathParameters } = event;
  const { http, apiId, stage } = requestContext;
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:local:000000000000:${apiId}/${stage}/${http.method}${http.path}`,
    identitySource: [source],
    ...{ routeKey, rawPath, rawQueryString, cookies, headers, requestContext },
    ...(queryStringParameters && { queryStringParameters }),
    ...(pathParameters && { pathParameters }),
  };
}

function withContext(event: APIGatewayProxyEventV2, lambda: Context): APIGatewayProxyEventV2 {
  const requestContext = { ...event.requestContext, authorizer: { lambda } };
  return { ...event, requestContext };
}

/** @throws Error for an answer that counts for nothing */
function decisionIn(answer: unknown): Decision {
  if (!isRecord(answer)) throw new Error('the answer of the authorizer is no simple response');
  const { isAuthorized, context = {} } = answer;
  // A text that reads "false" would be true.
  if (typeof isAuthorized !== 'boolean') throw new Error('isAuthorized of the authorizer is no boolean');
  if (!isAuthorized) return 'refused';
  if (!isRecord(context)) throw new Error('the context of the authorizer is no object');
  const crooked = Object.entries(context).find(([name, value]) => !isFlat(name) || !isFlat(value));
  if (crooked) throw new Error(`${crooked[0]} in the context of the authorizer cannot be remembered`);
  return { context };
}

/** Remembered as JSON, a value with a quote or a backslash in it breaks, and so does one that has members. */
const isFlat = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && !/["\\\p{Cc}]/u.test(value));

const isRecord = (value: unknown): value is Context =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
