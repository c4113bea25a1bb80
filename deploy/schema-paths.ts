import type { z } from 'zod';
import { wrappedSchemas } from '../lib/sdk/wrapped-schemas.ts';

type Schema = z.core.$ZodType;
type Path = readonly PropertyKey[];

const defOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;

/** The schema below any optional, default or transformation. */
function bare(schema: Schema): Schema {
  const [inner, ...others] = wrappedSchemas(schema);
  return inner && others.length === 0 ? bare(inner) : schema;
}

/** @returns the schema of what stands at a path of objects and records; undefined where nothing may */
export function schemaAt(schema: Schema, [key, ...rest]: Path): Schema | undefined {
  const def = defOf(bare(schema));
  if (key === undefined) return bare(schema);
  const next = def.type === 'object' ? def.shape[String(key)] : def.type === 'record' ? def.valueType : undefined;
  return next && schemaAt(next, rest);
}

/** The keys of an object; none of anything else. */
export function keysOf(schema: Schema | undefined): string[] {
  const def = schema && defOf(bare(schema));
  return def?.type === 'object' ? Object.keys(def.shape) : [];
}

/** Every path of objects that ends at something else, with dots; whole is what has keys of its own. */
export function leavesOf(schema: Schema): string[] {
  const def = defOf(bare(schema));
  if (def.type !== 'object') return [];
  return Object.entries(def.shape).flatMap(([key, one]) => {
    const below = leavesOf(one);
    return below.length > 0 ? below.map((path) => `${key}.${path}`) : [key];
  });
}

/** What kind of value stands there: a word of zod's. */
export const kindOf = (schema: Schema): string => defOf(bare(schema)).type;

/** @returns what stands at a path of given values; undefined where nothing does */
export const valueAt = (given: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
    return isRecord(value) ? value[String(key)] : undefined;
  }, given);

/** A copy with this value at that path; what is on the way is made. */
export function withValueAt(given: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const before = isRecord(given) ? given : {};
  return { ...before, [key]: withValueAt(before[key], rest, value) };
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
