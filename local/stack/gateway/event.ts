import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as it came in, before anything was decoded. */
export interface RawRequest {
  method: string;
  /** `/events/a%2Fb?source=x` */
  url: string;
  /** Name and value in turn, as Node's `rawHeaders`. */
  rawHeaders: readonly string[];
  body: Buffer | null;
  sourceIp: string;
  /** Epoch milliseconds. */
  received: number;
}

/** `GET /events/{id}` and what the path gave for its parameters, decoded. */
export interface MatchedRoute {
  routeKey: string;
  pathParameters: Readonly<Record<string, string>>;
}

/**
 * The event that an HTTP API gives a function, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventOf(request: RawRequest, { routeKey, pathParameters }: MatchedRoute): APIGatewayProxyEventV2 {
  const [path = '', query = ''] = splitOnce(request.url, '?');
  const { cookies, headers } = headersOf(request.rawHeaders);
  const forwarded = forwardedOf(request, headers);
  const body = bodyOf(request.body, headers);
  const parameters = parametersOf(query);
  const rawPath = decodePath(path);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: { ...headers, ...forwarded },
    ...(query !== '' && { queryStringParameters: parameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method.toUpperCase(),
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: Buffer.from(randomHex(), 'hex').toString('base64url'),
      routeKey,
      stage: '$default',
      time: commonLogTime(new Date(request.received)),
      timeEpoch: request.received,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...body,
  };
}

/** 24 digits, of a UUID: Node draws those many at a time. */
const randomHex = (): string => randomUUID().replaceAll('-', '').slice(8);

/** Names in lower case, values of one name joined by a comma; cookies apart. */
function headersOf(raw: readonly string[]): { cookies: string[]; headers: Record<string, string> } {
  const headers = new Map<string, string>();
  const cookies: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = textOf(raw[index + 1] ?? '');
    if (name === 'cookie') cookies.push(...value.split(/; */));
    else add(headers, name, value);
  }
  return { cookies, headers: Object.fromEntries(headers) };
}

/** The event is JSON, so bytes are read as UTF-8; in place of what is none stands U+FFFD. Node gives one character for each byte. */
const textOf = (value: string): string =>
  /[\x80-\xff]/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;

/** What API Gateway adds of its own: who asked, and how. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html */
const forwardedOf = ({ sourceIp, received }: RawRequest, { host = '', ...headers }: Record<string, string>) => ({
  'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? `Root=1-${Math.floor(received / 1000).toString(16)}-${randomHex()}`,
  'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter((one) => one !== undefined).join(', '),
  'x-forwarded-port': /:(\d+)$/.exec(host)?.[1] ?? '80',
  'x-forwarded-proto': 'http',
});

/** Media types that come as text; every other body, and any with a Content-Encoding, comes as base64. */
const TEXT = /^(text\/.*|application\/(json|javascript|xml))$/;

function bodyOf(body: Buffer | null, headers: Record<string, string>): { body?: string; isBase64Encoded: boolean } {
  if (body === null || body.length === 0) return { isBase64Encoded: false };
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const text = TEXT.test(mediaType) && headers['content-encoding'] === undefined;
  return { body: body.toString(text ? 'utf8' : 'base64'), isBase64Encoded: !text };
}

/** Decoded values; those of one name joined by a comma. */
function parametersOf(query: string): Record<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) add(parameters, name, value);
  return Object.fromEntries(parameters);
}

/** In a map, because `constructor` is a name as any other. */
function add(all: Map<string, string>, name: string, value: string): void {
  const before = all.get(name);
  all.set(name, before === undefined ? value : `${before},${value}`);
}

/** API Gateway decodes paths, `%2F` too; what cannot be decoded stays as it came. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `23/Nov/2026:13:39:32 +0000` */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
