import type { Document } from 'mongodb';
import type { CollectionDeclaration } from './declarations.ts';
import { DefinitionError } from './errors.ts';
import { collectionKeys, collectionOptions, faultOf } from './options.ts';

/**
 * Declares the indexes of a collection under a name of its own, to be named in `collections` of an event type. With the type of its documents,
 * `defineCollection<Job>({ … })`, the compiler knows its fields, and `context.collection('jobs')` is of them.
 * @throws DefinitionError naming every wrong field
 */
export function defineCollection<Doc extends object = Document>(
  declaration: CollectionDeclaration<Doc>,
): CollectionDeclaration<Doc> {
  const parsed = collectionOptions.safeParse(declaration);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => faultOf(issue, () => collectionKeys));
    throw new DefinitionError(`defineCollection: ${faults.join('; ')}`);
  }
  return Object.freeze(declaration);
}
