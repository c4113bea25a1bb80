import { validateHeaderName, validateHeaderValue } from 'node:http';

/** An answer on the wire. */
export interface RawResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  cookies: readonly string[];
  body: Buffer;
}

/** What API Gateway itself says; its bodies are not problem details. */
export const gatewaySays = (status: number, message: string): RawResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message })),
});

export const notFound = (): RawResponse => gatewaySays(404, 'Not Found');
export const tooLarge = (): RawResponse => gatewaySays(413, 'Request Entity Too Large');
export const internalServerError = (): RawResponse => gatewaySays(500, 'Internal Server Error');
export const serviceUnavailable = (): RawResponse => gatewaySays(503, 'Service Unavailable');

/**
 * The answer on the wire of what a function answered. Without `statusCode` the whole of it is the body of a 200.
 * @returns undefined when it is malformed
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html (format of the response)
 */
export function responseOf(answer: unknown): RawResponse | undefined {
  if (!isRecord(answer) || answer.statusCode === undefined)
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)),
    };
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer;
  const status = Number(statusCode);
  // An answer that goes on after its head, 1xx, is none.
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const given = { 'content-type': 'text/plain;charset=utf-8', ...lowerCase(isRecord(headers) ? headers : {}) };
  const setCookies = Array.isArray(cookies) ? cookies.map(String) : [];
  if (![...Object.entries(given), ...setCookies.map((one) => ['set-cookie', one] as const)].every(isHeader))
    return undefined;
  return {
    status,
    headers: given,
    cookies: setCookies,
    body: Buffer.from(typeof body === 'string' ? body : '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** The length is told of the body itself, which is sent whole. */
const OWN = new Set(['content-length', 'transfer-encoding', 'connection']);

const lowerCase = (headers: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name]) => !OWN.has(name)),
  );

function isHeader([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
