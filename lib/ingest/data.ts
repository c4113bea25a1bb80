import type { z } from 'zod';
import { pointer } from '../core/json/pointer.ts';
import type { Fault } from '../core/problem.ts';
import { throwingPath } from './throwing-path.ts';

/**
 * Names that no field may have under any schema: zod's records and loose objects drop the one without a word, and MongoDB's driver takes
 * an object with the other for a value of BSON.
 */
const refused: readonly string[] = ['__proto__', '_bsontype'];

/** What the schema makes of data; or the faults, each with its place in the event, and what the schema threw, where it did. */
type Validated = { data: unknown } | { faults: Fault[]; cause?: unknown };

/**
 * Validates data against the schema of its type.
 * @param schema synchronous; see https://zod.dev/basics
 */
export function validateData(schema: z.ZodType, data: unknown): Validated {
  try {
    const parsed = schema.safeParse(data);
    return parsed.success ? { data: parsed.data } : { faults: parsed.error.issues.flatMap(faultsOf) };
  } catch (cause) {
    // A transform or refinement that breaks on this data breaks on it whenever it is sent.
    const at = pointer(['data', ...throwingPath(schema, data)]);
    return { faults: [{ pointer: at, detail: 'could not be checked' }], cause };
  }
}

/** @returns the first field of data that no schema may let in, if there is one */
export function refusedName(data: unknown): Fault | undefined {
  const path = findKey(data, refused);
  return path && { pointer: pointer(['data', ...path]), detail: 'no field may have this name' };
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const path = ['data', ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointer([...path, key]), detail: 'unknown field' }));
  }
  return [{ pointer: pointer(path), detail: issue.message.slice(0, 300) }];
}

/** @returns the path of the first own key of one of these names */
function findKey(value: unknown, keys: readonly string[]): PropertyKey[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const key = keys.find((one) => Object.hasOwn(value, one));
  if (key !== undefined) return [key];
  for (const [name, inner] of Object.entries(value)) {
    const found = findKey(inner, keys);
    if (found) return [name, ...found];
  }
  return undefined;
}
