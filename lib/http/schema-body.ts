import type { z } from 'zod';
import { invalidParameter } from './invalid-parameter.ts';
import { jsonBody } from './json-body.ts';
import { anything } from './members.ts';
import type { HttpRequest } from './request.ts';

/** A fault may quote what was sent. */
const LONGEST_FAULT = 200;

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
  const [fault] = parsed.error.issues;
  const [member = '', ...below] = fault?.path ?? [];
  const name = [member, ...below].join('.');
  if (below.length === 0 && !Object.hasOwn(sent, member)) throw invalidParameter(name, 'is missing');
  throw invalidParameter(name, (fault?.message ?? 'is malformed').slice(0, LONGEST_FAULT).toWellFormed());
}
