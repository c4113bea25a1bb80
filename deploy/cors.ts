import { attributeNames, knownExtensions } from '../lib/core/sent-event.ts';
import type { Settings } from './settings.ts';

/** In binary mode Content-Type is `datacontenttype`. CloudEvents HTTP binding 1.0, section 3.1.1. */
const eventHeaders = [...attributeNames, ...knownExtensions]
  .filter((name) => name !== 'datacontenttype')
  .map((name) => `ce-${name}`);

/**
 * What the gateway answers to browsers of other origins.
 * @returns false when the stage allows none
 */
export const corsOf = ({ origins }: Settings) =>
  origins.length > 0 && {
    allowedOrigins: origins,
    allowedMethods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Prefer', 'Idempotency-Key', 'traceparent', ...eventHeaders],
    exposedResponseHeaders: ['Location', 'Retry-After', 'Preference-Applied', 'Link', 'RateLimit', 'RateLimit-Policy'],
    maxAge: 3600,
  };
