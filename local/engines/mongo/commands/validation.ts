import { MongoFault } from '../errors.ts';
import { compileFilter, type Predicate } from '../query/match.ts';
import type { Collection } from '../storage/collection.ts';
import type { Doc } from '../value/types.ts';
import { validateStored } from '../value/validate.ts';
import { type CommandContext, scopeOf } from './context.ts';

const compiled = new WeakMap<Doc, Predicate>();

/**
 * Checks a document that a write is about to store.
 * https://www.mongodb.com/docs/manual/core/schema-validation/
 * @param before what it replaces, if anything: under `moderate` a document that was invalid may stay so
 * @param bytes an upper bound of its size, when one is known
 * @throws MongoFault DocumentValidationFailure, and what validateStored throws
 */
export function checkDocument(
  context: CommandContext,
  collection: Collection,
  document: Doc,
  before: Doc | null,
  bytes?: number,
): void {
  validateStored(document, bytes);
  const { validator, validationLevel = 'strict', validationAction = 'error' } = collection.options;
  if (!validator || validationLevel === 'off' || validationAction === 'warn') return;
  if (context.command.bypassDocumentValidation === true) return;
  const valid = compiled.get(validator) ?? compileFilter(validator, scopeOf(context));
  compiled.set(validator, valid);
  if (valid(document) || (validationLevel === 'moderate' && before !== null && !valid(before))) return;
  throw new MongoFault('DocumentValidationFailure', 'Document failed validation', {
    details: { errInfo: { failingDocumentId: document._id, details: { validator } } },
  });
}
