import type * as z from 'zod';
import { firstFault } from '../core/first-fault.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { jsonBody } from './json-body.ts';
import { anything } from './members.ts';
import type { HttpRequest } from './request.ts';

/**
 * The body of a request that a schema describes; no body is an object without any member.
 * @returns what the schema makes of it
 * @throws HttpProblem 400, 413, 415
 */
export function schemaBody<Schema extends z.ZodObject>(request: HttpRequest, schema: Schema): z.output<Schema> {
  const readers = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, anything]));
  const sent = jsonBody<Record<string, unknown>>(request, readers);
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const { where, what } = firstFault(parsed.error);
  const [member = '', ...below] = where;
  const isMissing = below.length === 0 && !Object.hasOwn(sent, member);
  throw invalidParameter(where.join('.'), isMissing ? 'is missing' : what);
}
