import type { Schema } from './embed.ts';
import { ref } from './openapi-schema-parts.ts';

/** Content that is one named schema. */
export const json = (name: string) => ({ 'application/json': { schema: ref(name) } });
export const header = (description: string, type = 'string') => ({ description, schema: { type } });
export const problem = (description: string, headers?: Record<string, unknown>) => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
  ...(headers && { headers }),
});
export const retryAfter = { 'Retry-After': header('Seconds', 'integer') };

export const inQuery = (name: string, schema: Schema, description: string) => ({
  name,
  in: 'query',
  schema,
  description,
});
export const inHeader = (name: string, schema: Schema, description: string) => ({
  name,
  in: 'header',
  schema,
  description,
});
export const text = { type: 'string' } as const;
export const time = { type: 'string', format: 'date-time' } as const;

export const wait = inHeader('Prefer', text, '`wait=N` (RFC 7240) waits up to N seconds, 25 at most, for the outcome');

export const limit = inQuery(
  'limit',
  { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  'Most items in one page',
);
export const cursor = inQuery('cursor', text, '`next` of the page before');
/** What every list of events or failures takes. */
export const listing = [
  inQuery('type', text, 'Only of this event type'),
  inQuery('since', time, 'Received at this time or later'),
  inQuery('until', time, 'Received before this time'),
  limit,
  cursor,
];
export const idInPath = { name: 'id', in: 'path', required: true, schema: text };
export const unreadable = problem('`store-unavailable`', retryAfter);
export const link = { Link: header('`rel="next"`, when there is a next page') };
