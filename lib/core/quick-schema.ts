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

/** Functions there that do not see what is parsed, or are zod's own. A default is a value, made by a call each time that it is looked at. */
const apart: ReadonlySet<string> = new Set(['when', 'error', 'defaultValue']);

/** Whether all of a schema is said by values, and nothing by a function. */
function isDeclared(part: unknown, seen: Set<unknown>): boolean {
  if (typeof part === 'function') return false;
  if (typeof part !== 'object' || part === null || seen.has(part)) return true;
  seen.add(part);
  const inside = definitionOf(part);
  if (Reflect.get(inside, 'check') === 'custom') return false;
  return Object.keys(inside).every((name) => apart.has(name) || isDeclared(Reflect.get(inside, name), seen));
}

/** Of a schema or a check what it was made of; of a list or a table of them itself; of anything else, such as a pattern, nothing. */
function definitionOf(part: object): object {
  if ('_zod' in part) return (part as z.core.$ZodType)._zod.def;
  const prototype: unknown = Object.getPrototypeOf(part);
  return Array.isArray(part) || prototype === Object.prototype || prototype === null ? part : {};
}
