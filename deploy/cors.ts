import type { Settings } from './settings.ts';

const CLOUDEVENTS_HEADERS = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'dataschema',
  'partitionkey',
  'expirytime',
];

/**
 * What the gateway answers to browsers of other origins.
 * @returns false when the stage allows none
 */
export const corsOf = ({ origins }: Settings) =>
  origins.length > 0 && {
    allowedOrigins: origins,
    allowedMethods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Prefer',
      'Idempotency-Key',
      'traceparent',
      ...CLOUDEVENTS_HEADERS.map((name) => `ce-${name}`),
    ],
    exposedResponseHeaders: ['Location', 'Retry-After', 'Preference-Applied', 'Link', 'RateLimit', 'RateLimit-Policy'],
    maxAge: 3600,
  };
