import type { CollectionDeclaration } from './declarations.ts';
import type { Exactly } from './definition.ts';
import { DefinitionError } from './errors.ts';
import { collectionKeys, collectionOptions, faultOf } from './options.ts';

/**
 * Declares the indexes of a collection under a name of its own, to be named in `collections` of an event type.
 * @throws DefinitionError naming every wrong field
 */
export function defineCollection<const Declaration extends CollectionDeclaration>(
  declaration: Declaration & Exactly<CollectionDeclaration, { it: Declaration }>['it'],
): Declaration {
  const parsed = collectionOptions.safeParse(declaration);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => faultOf(issue, () => collectionKeys));
    throw new DefinitionError(`defineCollection: ${faults.join('; ')}`);
  }
  return Object.freeze(declaration);
}
