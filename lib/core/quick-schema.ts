import * as z from 'zod';

/** Schemas that were asked for, and what was made of them. */
const known = new WeakMap<z.ZodType, { quick: z.ZodType | undefined }>();

/**
 * A schema that says the same of the same data in a third of the time, from the second time on that it is asked for: to make it takes some
 * milliseconds, which an environment that sees one event of a type should not spend. What it does not take, zod hands to the plain one, for
 * the words; so a schema with code of its author's stays as it is, because that code may change the data that it looks at.
 */
export function quickSchema(schema: z.ZodType): z.ZodType {
  const asked = known.get(schema);
  if (!asked) {
    known.set(schema, { quick: undefined });
    return schema;
  }
  asked.quick ??= isDeclared(schema, new Set()) ? z.compile(schema) : schema;
  return asked.quick;
}

/**
 * Functions of a definition that do not see what is parsed, or are zod's own. A default is a value, made by a call each time that it is
 * looked at. A table of schemas has the names of its author's fields, and any of these may be one.
 */
const apart: ReadonlySet<string> = new Set(['when', 'error', 'defaultValue']);

/** Whether all of a schema is said by values, and nothing by a function. */
function isDeclared(part: unknown, seen: Set<unknown>): boolean {
  if (typeof part === 'function') return false;
  if (typeof part !== 'object' || part === null || seen.has(part)) return true;
  seen.add(part);
  if (isTable(part)) return Object.keys(part).every((name) => isDeclared(Reflect.get(part, name), seen));
  // What is neither, such as a pattern, is a value.
  if (!('_zod' in part)) return true;
  const { def } = (part as z.core.$ZodType)._zod;
  if (Reflect.get(def, 'check') === 'custom') return false;
  return Object.keys(def).every((name) => apart.has(name) || isDeclared(Reflect.get(def, name), seen));
}

/** Whether it is a list or a table of schemas, whose names say nothing of what is in them. */
const isTable = (part: object): boolean =>
  Array.isArray(part) || [Object.prototype, null].includes(Object.getPrototypeOf(part));
