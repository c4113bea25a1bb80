/** `provider.httpApi.cors`, as `deploy/cors.ts` makes it. */
export interface CorsSettings {
  allowedOrigins: readonly string[];
  exposedResponseHeaders?: readonly string[];
}

/**
 * What an HTTP API adds to the answer of a request from a web page.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function corsHeaders(cors: CorsSettings | undefined, origin: string | undefined): Record<string, string> {
  if (!cors || origin === undefined) return {};
  const any = cors.allowedOrigins.includes('*');
  if (!any && !cors.allowedOrigins.includes(origin)) return {};
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(cors.exposedResponseHeaders && {
      'access-control-expose-headers': cors.exposedResponseHeaders.map((name) => name.toLowerCase()).join(','),
    }),
  };
}
