import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { HttpProblem } from '../core/problem.ts';
import { readTraceparent } from '../core/traceparent.ts';

/** A request as functions see it, whatever the gateway's payload looks like. */
export interface HttpRequest {
  /** The gateway's, by which its access log and the audit name it. */
  readonly id: string;
  /** As the client wrote it, still percent-encoded; it is for links, which route it was is known before. */
  readonly path: string;
  /** Decoded by the gateway. */
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** Names in lower case; a header sent several times has its values joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Text as the gateway passed it, or bytes where it sent base64; null without a body. */
  readonly body: string | Uint8Array | null;
  /** Valid W3C trace context of the caller. */
  readonly traceparent?: string;
}

/**
 * Reads payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function readRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const headers = Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const traceparent = readTraceparent(headers.traceparent);
  return {
    id: event.requestContext.requestId,
    path: event.rawPath,
    pathParameters: event.pathParameters ?? {},
    query: new URLSearchParams(event.rawQueryString),
    headers,
    body: readBody(event),
    ...(traceparent !== undefined && { traceparent }),
  };
}

function readBody(event: APIGatewayProxyEventV2): string | Uint8Array | null {
  if (event.body === undefined || event.body === null) return null;
  return event.isBase64Encoded ? Buffer.from(event.body, 'base64') : event.body;
}

/** What is charged of a body: its bytes after base64, and no more than may come. */
export const bodyBytes = (event: APIGatewayProxyEventV2): number =>
  Math.min(lengthOf(event.body, event.isBase64Encoded ? 'base64' : 'utf8'), MAX_BODY_BYTES);

const lengthOf = (body: string | null | undefined, encoding: BufferEncoding): number =>
  body ? Buffer.byteLength(body, encoding) : 0;

/** The most bytes of a body after base64. */
export const MAX_BODY_BYTES = 4_194_304;

/** @throws HttpProblem 413 over 4,194,304 bytes */
export function refuseLargeBody({ body }: HttpRequest): void {
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : (body?.byteLength ?? 0);
  if (bytes <= MAX_BODY_BYTES) return;
  throw new HttpProblem(
    'request-too-large',
    `the body has ${bytes} bytes; at most ${MAX_BODY_BYTES} are taken: send fewer events at a time`,
  );
}

/** Whether nothing but what JSON passes over stands in the body (RFC 8259 section 2), or none came. */
export const hasNothing = ({ body }: HttpRequest): boolean =>
  body === null || /^[ \t\n\r]*$/.test(typeof body === 'string' ? body : Buffer.from(body).toString('latin1'));

/** The body as text, empty where there is none. @throws HttpProblem 400 when the bytes are not UTF-8 */
export function bodyText({ body }: HttpRequest): string {
  if (body === null || typeof body === 'string') return body ?? '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new HttpProblem('invalid-json', 'the body is not UTF-8', { cause });
  }
}
