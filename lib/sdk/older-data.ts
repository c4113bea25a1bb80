import * as z from 'zod';
import { isAsync } from './sync-schema.ts';

/** A form that data of a type had before: events of it may still wait, or be replayed. */
export interface OlderData<Data = unknown> {
  readonly data: z.ZodType;
  readonly example: unknown;
  to(older: unknown): Data;
}

/**
 * Declares a form that data had before, and what it is now: for `upcast` of an event file.
 * @param form its schema, as it was; data of it, which is tried when the file is loaded; what becomes of such data, synchronously
 */
export const olderData = <Schema extends z.ZodType, Data>(form: {
  data: Schema;
  example: z.input<Schema>;
  to(older: z.output<Schema>): Data;
}): OlderData<Data> => form;

const isForm = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'data' in value &&
  value.data instanceof z.ZodType &&
  'to' in value &&
  typeof value.to === 'function';

/** The older forms of an event file. */
export const upcastOptions = z
  .array(z.custom<OlderData>(isForm, 'must be olderData({ data, example, to })'))
  .max(20)
  .readonly();

/** What is wrong with the first of these that does not do what it is for. @param data the schema as it is now */
export function upcastFault(upcast: readonly OlderData[], data: z.ZodType): string | undefined {
  for (const [index, form] of upcast.entries()) {
    const fault = faultOf(form, data);
    if (fault !== undefined) return `upcast.${index} ${fault}`;
  }
  return undefined;
}

function faultOf(form: OlderData, data: z.ZodType): string | undefined {
  const { data: schema, example } = form;
  if (isAsync(schema, example)) return 'cannot be checked synchronously: nothing in its data may be async';
  const older = schema.safeParse(structuredClone(example));
  if (!older.success) return 'has an example that its own data does not take';
  if (data.safeParse(structuredClone(example)).success)
    return 'has an example that data takes as it is, so that nothing would become of it';
  try {
    const taken = data.safeParse(form.to(older.data)).success;
    return taken ? undefined : 'makes of its example what data does not take';
  } catch (error) {
    return `throws for its example: ${error instanceof Error ? error.message : String(error)}`;
  }
}
