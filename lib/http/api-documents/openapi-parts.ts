import type { QueryParameter } from '../query-parameters.ts';
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

/** @param more headers of it beside `Accept` */
export const otherMedia = (more: Record<string, unknown> = {}) =>
  problem('`media-type`', { Accept: header('What is understood'), ...more });

/** A parameter of a query. */
export const inQuery = ([name, { schema, description, list, required }]: [string, QueryParameter]) => ({
  name,
  in: 'query',
  ...(required && { required }),
  schema,
  description,
  ...(list && { style: 'form', explode: false }),
});
export const inHeader = (name: string, schema: Schema, description: string, required = false) => ({
  name,
  in: 'header',
  ...(required && { required }),
  schema,
  description,
});
export const text = { type: 'string' } as const;

export const wait = inHeader('Prefer', text, '`wait=N` (RFC 7240) waits up to N seconds, 25 at most, for the outcome');

/** An id in a path, where no slash can be and what stands for the folder has a meaning of its own. */
export const idInPath = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { ...text, pattern: '^(?!\\.{1,2}$)[^/]+$' },
};
export const unreadable = problem('`store-unavailable`', retryAfter);
export const link = { Link: header('`rel="next"`, when there is a next page') };
