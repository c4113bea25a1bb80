import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Bounds } from '../../lib/core/access/key-entry.ts';

export interface Sent {
  method?: string;
  /** As the client writes it, with its query. */
  path?: string;
  /** `{id}` of the route, decoded. */
  id?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** What an authorizer found; a test that means a caller with a key says `keyOf`. */
  authorizer?: Readonly<Record<string, unknown>>;
}

/** Who calls: a key of this tenant, as the authorizer tells of it. @param scopes separated by spaces */
export const keyOf = (tenant: string, scopes: string, key = 'k', bounds: Bounds = {}) => ({
  authorizer: {
    ...{ tenant, keyId: key, keyName: key, scopes },
    ...(Object.keys(bounds).length > 0 && { bounds: Buffer.from(JSON.stringify(bounds)).toString('base64url') }),
  },
});

/**
 * An event as API Gateway sends it (payload format 2.0): header names in lower case, a body of another media type than text or
 * `application/json` in base64.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function gatewayEvent({
  method = 'POST',
  path = '/events',
  id,
  headers = {},
  body,
  authorizer,
}: Sent): APIGatewayProxyEventV2 {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const isText =
    typeof body === 'string' &&
    /^(text\/|application\/(json|xml|javascript)\b)/i.test(lower['content-type'] ?? 'application/json');
  const route = id === undefined ? rawPath : routeOf(rawPath, id);
  return {
    version: '2.0',
    routeKey: `${method} ${route}`,
    rawPath,
    rawQueryString,
    headers: { host: 'api.example.org', 'user-agent': 'test', ...lower },
    ...(id !== undefined && { pathParameters: { id } }),
    ...(body !== undefined && { body: isText ? body : Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined && !isText,
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.example.org',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: `${method} ${route}`,
      stage: '$default',
      time: '23/Nov/2026:12:00:00 +0000',
      timeEpoch: 1_795_435_200_000,
      ...(authorizer && { authorizer: { lambda: authorizer } }),
    },
  };
}

const routeOf = (path: string, id: string): string =>
  path
    .split('/')
    .map((segment) => (decodeURIComponent(segment) === id ? '{id}' : segment))
    .join('/');

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

export interface Answered {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
}

/** Calls a function as API Gateway does. */
export async function call(handler: Handler, sent: Sent): Promise<Answered> {
  const { statusCode = 0, headers = {}, body = '' } = await handler(gatewayEvent(sent), lambdaContext);
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: JSON.parse(body),
  };
}

const unused = () => undefined;
/** What Lambda says of an invocation. */
export const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'function',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:function',
  memoryLimitInMB: '1024',
  awsRequestId: 'request',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 29_000,
  done: unused,
  fail: unused,
  succeed: unused,
};
