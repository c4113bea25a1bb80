import * as z from 'zod';
import { $ZodAsyncError } from 'zod/v4/core';

/**
 * Whether nothing of this schema can be checked without waiting: a function in it is `async`, or gives a promise for the sample. One that does
 * so for other values alone is found when such a value is checked.
 * @param sample what the schema is meant for
 */
export function isAsync(schema: z.ZodType, sample: unknown): boolean {
  try {
    schema.safeParse(sample);
  } catch (error) {
    if (error instanceof $ZodAsyncError) return true;
  }
  return hasAsync(schema, new Set());
}

function hasAsync(part: unknown, seen: Set<unknown>): boolean {
  if (typeof part === 'function') return part.constructor.name === 'AsyncFunction';
  if (typeof part !== 'object' || part === null || seen.has(part)) return false;
  seen.add(part);
  if (part instanceof z.ZodLazy) return hasAsync(part._zod.def.getter(), seen);
  if (isPlain(part)) return Object.keys(part).some((name) => hasAsync(Reflect.get(part, name), seen));
  if (!('_zod' in part)) return false;
  const { def } = (part as z.core.$ZodType)._zod;
  // A default is a value, made by a call each time that it is looked at; a field of that name is none.
  return Object.keys(def).some((name) => name !== 'defaultValue' && hasAsync(Reflect.get(def, name), seen));
}

/** An array, or a table of schemas by name. */
const isPlain = (part: object): boolean =>
  Array.isArray(part) || Object.getPrototypeOf(part) === Object.prototype || Object.getPrototypeOf(part) === null;
