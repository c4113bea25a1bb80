import { z } from 'zod';
import { type Catalogue, catalogueOf } from '../../lib/core/catalogue.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';

/** What a definition must say and a test does not care about. */
export const definitionOf = <const Type extends string>(type: Type) => ({
  type,
  summary: `Something about ${type}`,
  data: z.strictObject({ name: z.string() }),
  example: { name: 'a' },
  async handle() {
    return undefined;
  },
});

/** A catalogue of made-up types; names that end in `.ordered` are ordered. */
export const catalogueOfTypes = (types: readonly string[]): Catalogue =>
  catalogueOf(
    types.map(
      (type): EventDefinition =>
        defineEvent({
          ...definitionOf(type),
          ...(type.endsWith('.ordered') && { orderedBy: ({ name }: { name: string }) => name }),
        }),
    ),
  );
