import * as z from 'zod';

/** Schemas that put a value of theirs into the document, which may come of a function and be another at each start. */
const filling: ReadonlySet<string> = new Set(['default', 'prefault', 'catch']);

/**
 * JSON Schema of what may be sent. Without defaults: they are filled in behind the door, and one that is made at each start, such as a time,
 * would make it another schema each time (docs/decisions/0022).
 * @param target 2020-12 unless said otherwise
 * @throws Error where JSON Schema cannot express it
 */
export const jsonSchemaOf = (data: z.ZodType, target: 'draft-2020-12' | 'draft-7' = 'draft-2020-12') =>
  z.toJSONSchema(data, {
    io: 'input',
    target,
    override: ({ zodSchema, jsonSchema }) => {
      if (filling.has(zodSchema._zod.def.type)) delete jsonSchema.default;
      // The word that every tool knows for what is sent and not shown again (JSON Schema Validation 9.4).
      if ((jsonSchema.sensitive ?? false) !== false) jsonSchema.writeOnly = true;
      delete jsonSchema.sensitive;
    },
  });
