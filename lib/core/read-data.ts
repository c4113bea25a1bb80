import type * as z from 'zod';
import type { EventDefinition } from '../sdk/definition.ts';
import { copyOfJson } from './json/copy.ts';

/**
 * What the schema of a type makes of data that was accepted once, which may have a form from before (protocol: schema-again). Of a copy:
 * a schema may leave parts of the data as they are, or change them (protocol: own-copy).
 * @returns what the schema finds wrong with it as it is, where no form takes it
 * @throws what the definition's own code throws
 */
export function readData(
  { data: schema, upcast }: Pick<EventDefinition, 'data' | 'upcast'>,
  data: unknown,
): z.ZodSafeParseResult<unknown> {
  const now = schema.safeParse(copyOfJson(data));
  if (now.success) return now;
  for (const form of upcast) {
    const older = form.data.safeParse(copyOfJson(data));
    if (older.success) return schema.safeParse(form.to(older.data));
  }
  return now;
}
