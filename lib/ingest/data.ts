import type { z } from 'zod';
import { pointer } from '../core/json/pointer.ts';
import type { Fault } from '../core/problem.ts';

/**
 * Validates data against the schema of its type.
 * @param schema synchronous; see https://zod.dev/basics
 * @returns what the schema makes of it, or the faults, each with its place in the event
 */
export function validateData(schema: z.ZodType, data: unknown): { data: unknown } | { faults: Fault[] } {
  const hidden = findKey(data, '__proto__');
  // zod's records and loose objects drop this key without a word.
  if (hidden) return { faults: [{ pointer: pointer(['data', ...hidden]), detail: 'no field may have this name' }] };
  const parsed = schema.safeParse(data);
  return parsed.success ? { data: parsed.data } : { faults: parsed.error.issues.flatMap(faultsOf) };
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const path = ['data', ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointer([...path, key]), detail: 'unknown field' }));
  }
  return [{ pointer: pointer(path), detail: issue.message.slice(0, 300) }];
}

/** @returns the path of the first own key of this name */
function findKey(value: unknown, key: string): PropertyKey[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, key)) return [key];
  for (const [name, inner] of Object.entries(value)) {
    const found = findKey(inner, key);
    if (found) return [name, ...found];
  }
  return undefined;
}
