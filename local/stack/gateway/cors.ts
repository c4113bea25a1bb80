/** `provider.httpApi.cors`, as `deploy/cors.ts` makes it. */
export interface CorsSettings {
  allowedOrigins: readonly string[];
  allowedMethods?: readonly string[];
  allowedHeaders?: readonly string[];
  exposedResponseHeaders?: readonly string[];
  /** Seconds. */
  maxAge?: number;
}

/**
 * What an HTTP API adds to the answer of a request from a web page that may read it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export const corsHeaders = (
  { allowedOrigins, exposedResponseHeaders }: CorsSettings,
  origin: string,
): Record<string, string> => ({
  'access-control-allow-origin': allowedOrigins.includes('*') ? '*' : origin,
  ...(exposedResponseHeaders && { 'access-control-expose-headers': listed(exposedResponseHeaders) }),
});

/** What it answers when a browser asks whether such a page may send a request. https://fetch.spec.whatwg.org/#cors-preflight-fetch */
export const preflightHeaders = (cors: CorsSettings, origin: string): Record<string, string> => ({
  ...corsHeaders(cors, origin),
  ...(cors.allowedMethods && { 'access-control-allow-methods': cors.allowedMethods.join(',') }),
  ...(cors.allowedHeaders && { 'access-control-allow-headers': listed(cors.allowedHeaders) }),
  ...(cors.maxAge !== undefined && { 'access-control-max-age': String(cors.maxAge) }),
});

const listed = (names: readonly string[]): string => names.map((name) => name.toLowerCase()).join(',');
