import { MongoFault } from '../errors.ts';
import type { QueryScope } from '../query/scope.ts';
import type { Position } from '../value/paths.ts';
import { valueAt } from '../value/paths.ts';
import { type Doc, isDocument } from '../value/types.ts';

export type ArrayFilters = ReadonlyMap<string, (element: unknown) => boolean>;

/**
 * The conditions that `$[name]` stands for.
 * https://www.mongodb.com/docs/manual/reference/operator/update/positional-filtered/
 * @throws MongoFault FailedToParse
 */
export function compileArrayFilters(filters: unknown, scope: QueryScope): ArrayFilters {
  const compiled = new Map<string, (element: unknown) => boolean>();
  if (filters === undefined) return compiled;
  if (!Array.isArray(filters)) throw new MongoFault('TypeMismatch', 'arrayFilters must be an array');
  for (const filter of filters as unknown[]) {
    if (!isDocument(filter)) throw new MongoFault('TypeMismatch', 'arrayFilters entries must be objects');
    const name = namesOf(filter)[0];
    if (name === undefined)
      throw new MongoFault('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters');
    if (namesOf(filter).some((other) => other !== name))
      throw new MongoFault(
        'FailedToParse',
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${name}' and others`,
      );
    if (compiled.has(name))
      throw new MongoFault('FailedToParse', `Found multiple array filters with the same top-level field name ${name}`);
    // One matcher for values and documents: the element stands under its name in a document made for it.
    const test = scope.element({ $and: [filter] });
    compiled.set(name, (element) => test({ [name]: element }));
  }
  return compiled;
}

function namesOf(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([name, value]) => {
    if (!name.startsWith('$')) return [name.split('.')[0] ?? ''];
    return Array.isArray(value) ? value.flatMap((branch) => (isDocument(branch) ? namesOf(branch) : [])) : [];
  });
}

/**
 * The concrete paths that a path with `$`, `$[]` and `$[name]` stands for in a document.
 * @throws MongoFault BadValue when there is no array, or no matched element, to stand for
 */
export function targetsOf(
  document: Doc,
  parts: readonly string[],
  position: Position,
  filters: ArrayFilters,
): string[][] {
  const at = parts.findIndex((part) => part.startsWith('$'));
  if (at < 0) return [[...parts]];
  const part = parts[at] ?? '';
  const before = parts.slice(0, at);
  const rest = parts.slice(at + 1);
  const onward = (index: number): string[][] =>
    targetsOf(document, [...before, String(index), ...rest], position, filters);
  if (part === '$') {
    if (position.index === undefined)
      throw new MongoFault('BadValue', 'The positional operator did not find the match needed from the query.');
    return onward(position.index);
  }
  const array = valueAt(document, before);
  if (!Array.isArray(array))
    throw new MongoFault(
      'BadValue',
      array === undefined
        ? `The path '${before.join('.')}' must exist in the document in order to apply array updates.`
        : `Cannot apply array updates to non-array element ${before.join('.')}`,
    );
  const name = /^\$\[(.*)\]$/.exec(part)?.[1];
  const test = name ? filters.get(name) : undefined;
  return array.flatMap((element: unknown, index) => (!name || test?.(element) ? onward(index) : []));
}
