import type * as z from 'zod';
import { wrappedSchemas } from '../sdk/wrapped-schemas.ts';

type Part = readonly [name: string, schema: z.core.$ZodType, value: unknown];

/**
 * Where in data a schema throws: the innermost part that does so alone.
 * @returns the path to it; empty where only the whole throws, or nothing does any more
 */
export function throwingPath(schema: z.core.$ZodType, data: unknown): string[] {
  for (const inner of wrappedSchemas(schema)) if (throws(inner, data)) return throwingPath(inner, data);
  for (const [name, part, value] of partsOf(schema, data)) {
    if (throws(part, value)) return [name, ...throwingPath(part, value)];
  }
  return [];
}

function throws(schema: z.core.$ZodType, value: unknown): boolean {
  try {
    schema._zod.run({ value, issues: [] }, { async: false });
    return false;
  } catch {
    return true;
  }
}

function partsOf(schema: z.core.$ZodType, data: unknown): Part[] {
  if (typeof data !== 'object' || data === null) return [];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const entries = Object.entries(data);
  switch (def.type) {
    case 'object':
      return entries.flatMap(([name, value]) => {
        const part = Object.hasOwn(def.shape, name) ? def.shape[name] : undefined;
        return part ? [[name, part, value] as const] : [];
      });
    case 'array':
      return entries.map(([name, value]) => [name, def.element, value] as const);
    case 'tuple':
      return entries.flatMap(([name, value]) => {
        const part = def.items[Number(name)] ?? def.rest;
        return part ? [[name, part, value] as const] : [];
      });
    case 'record':
      return entries.map(([name, value]) => [name, def.valueType, value] as const);
    default:
      return [];
  }
}
