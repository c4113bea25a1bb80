import { Long } from 'bson';
import { MongoFault } from '../errors.ts';
import { valueAt } from '../value/paths.ts';
import { type Doc, field, isDocument, setField } from '../value/types.ts';
import type { Stage } from './stage.ts';

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/unwind/ */
export function unwind(operand: unknown): Stage {
  const { path, indexField, keep } = optionsOf(operand);
  const parts = path.slice(1).split('.');
  return function* unwound(documents) {
    for (const document of documents) {
      const value = valueAt(document, parts);
      const numbered = (one: Doc, index: number | null): Doc =>
        indexField === undefined ? one : { ...one, [indexField]: index === null ? null : Long.fromNumber(index) };
      if (Array.isArray(value) && value.length > 0) {
        for (const [index, element] of value.entries()) yield numbered(replaced(document, parts, element), index);
      } else if (Array.isArray(value) || value === null || value === undefined) {
        if (keep) yield numbered(Array.isArray(value) ? replaced(document, parts, undefined) : document, null);
      } else yield numbered(document, null);
    }
  };
}

function replaced(document: Doc, parts: readonly string[], value: unknown): Doc {
  const [name = '', ...rest] = parts;
  const copy = { ...document };
  const inner = field(document, name);
  if (rest.length > 0 && isDocument(inner)) setField(copy, name, replaced(inner, rest, value));
  else if (value === undefined) delete copy[name];
  else setField(copy, name, value);
  return copy;
}

function optionsOf(operand: unknown): { path: string; indexField?: string; keep: boolean } {
  const options: Doc = typeof operand === 'string' ? { path: operand } : isDocument(operand) ? operand : {};
  const { path, includeArrayIndex, preserveNullAndEmptyArrays = false, ...unknown } = options;
  const [extra] = Object.keys(unknown);
  if (extra) throw new MongoFault('Location28811', `unrecognized option to $unwind stage: ${extra}`);
  if (typeof path !== 'string') throw new MongoFault('Location28812', 'no path specified to $unwind stage');
  if (!path.startsWith('$'))
    throw new MongoFault('Location28818', `path option to $unwind stage should be prefixed with a '$': ${path}`);
  if (typeof preserveNullAndEmptyArrays !== 'boolean')
    throw new MongoFault(
      'Location28809',
      'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage',
    );
  if (includeArrayIndex !== undefined && (typeof includeArrayIndex !== 'string' || includeArrayIndex === ''))
    throw new MongoFault(
      'Location28810',
      'expected a non-empty string for the includeArrayIndex option to $unwind stage',
    );
  return {
    path,
    keep: preserveNullAndEmptyArrays,
    ...(typeof includeArrayIndex === 'string' && { indexField: includeArrayIndex }),
  };
}
