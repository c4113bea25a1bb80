import type { Catalogue, CatalogueEntry } from '../../../lib/core/catalogue.ts';
import { type InvalidForm, invalidForms } from './invalid-forms.ts';
import { awaited, type Journey, type Mode, refused, repeated, single, together, valid } from './plan.ts';

/** The same event in all the ways in which it can travel. */
const otherModes: readonly Mode[] = ['structured', 'binary', 'array', 'batch'];

/**
 * What can be sent on any catalogue: of each type its example, once, and the same event again in every other mode; each invalid form of
 * it; and one event of a type that there is not, on purpose.
 */
export const journeysOf = (catalogue: Catalogue): Journey[] => [
  ...catalogue.entries.map(exampleOf),
  ...catalogue.entries.map(invalidOf),
  [single(refused({ type: undeclared(catalogue), data: {} }, 'unknown-type'))],
];

function exampleOf({ definition: { type, example } }: CatalogueEntry): Journey {
  const sent = valid({ type, data: example }, { answer: 'accepted', outcome: 'any' });
  return [awaited(sent), ...otherModes.map((mode) => together(mode, [repeated(sent)]))];
}

/** Invalid forms of valid data of a type, but for those that it takes all the same: one that coerces takes more than its JSON Schema says. */
export const refusedForms = (
  { definition, jsonSchema }: Pick<CatalogueEntry, 'definition' | 'jsonSchema'>,
  data: unknown,
): InvalidForm[] => invalidForms(jsonSchema, data).filter((form) => !definition.data.safeParse(form.data).success);

function invalidOf(entry: CatalogueEntry): Journey {
  const { type, example } = entry.definition;
  const forms = refusedForms(entry, example).map(({ data }) => refused({ type, data }, 'invalid-data'));
  return forms.length === 0 ? [] : [together('array', forms)];
}

/** A type as somebody misspells it: `order.place`. */
export function undeclared({ types, get }: Pick<Catalogue, 'types' | 'get'>): string {
  const [first = 'nothing.declared'] = types;
  const shorter = first.slice(0, -1);
  for (let name = shorter.endsWith('.') ? `${first}s` : shorter; ; name += 's') if (!get(name)) return name;
}
