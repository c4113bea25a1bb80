import { attributeNames, knownExtensions } from '../lib/core/sent-event.ts';
import { METHODS, partsOf } from '../lib/http/route.ts';
import type { FunctionDeclaration } from '../lib/wiring/functions/declaration.ts';
import { isLocal, type Settings } from './settings.ts';

/** In binary mode Content-Type is `datacontenttype`. CloudEvents HTTP binding 1.0, section 3.1.1. */
const eventHeaders = [...attributeNames, ...knownExtensions]
  .filter((name) => name !== 'datacontenttype')
  .map((name) => `ce-${name}`);

/** On stage local pages of this machine may call in any case; what that is knows local/stack/gateway/admission.ts. */
const LOOPBACK = 'http://localhost:*';

/**
 * What the gateway answers to browsers of other origins.
 * @returns false when the stage allows none
 */
export const corsOf = (functions: readonly FunctionDeclaration[], settings: Settings) =>
  (settings.origins.length > 0 || isLocal(settings)) && {
    allowedOrigins: [...(isLocal(settings) ? [LOOPBACK] : []), ...settings.origins],
    allowedMethods: methodsOf(functions),
    allowedHeaders: ['Authorization', 'Content-Type', 'Prefer', 'Idempotency-Key', 'traceparent', ...eventHeaders],
    exposedResponseHeaders: ['Location', 'Retry-After', 'Preference-Applied', 'Link', 'RateLimit', 'RateLimit-Policy'],
    maxAge: 3600,
  };

/** Every method that some route has. */
function methodsOf(functions: readonly FunctionDeclaration[]): string[] {
  const routes = functions.flatMap((one) => (one.kind === 'http' ? Object.keys(one.routes) : []));
  const used = new Set(routes.map((route) => partsOf(route).method));
  return METHODS.filter((method) => used.has(method));
}
