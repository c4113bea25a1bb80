import { MongoFault } from '../errors.ts';
import { shell } from '../storage/faults.ts';
import { valueAt } from '../value/paths.ts';
import { isDocument } from '../value/types.ts';
import type { Draft } from './draft.ts';

/** @throws MongoFault PathNotViable when a value on the way is neither document nor array */
function checkWay(document: unknown, path: readonly string[]): void {
  for (let length = 1; length < path.length; length++) {
    const value = valueAt(document, path.slice(0, length));
    if (value === undefined) return;
    if (isDocument(value)) continue;
    const part = path[length - 1];
    throw new MongoFault(
      'PathNotViable',
      `cannot use the part (${part} of ${path.join('.')}) to traverse the element ({${part}: ${shell(value)}})`,
    );
  }
}

/**
 * https://www.mongodb.com/docs/manual/reference/operator/update/rename/
 * @throws MongoFault BadValue when the way to either field leads through an array
 */
export function rename(draft: Draft, from: readonly string[], to: readonly string[]): void {
  for (const path of [from, to]) {
    for (let length = 1; length < path.length; length++) {
      if (Array.isArray(valueAt(draft.root, path.slice(0, length))))
        throw new MongoFault('BadValue', `The field '${path.join('.')}' cannot be renamed through an array element`);
    }
  }
  checkWay(draft.root, from);
  const parent = valueAt(draft.root, from.slice(0, -1));
  const value = isDocument(parent) ? valueAt(draft.root, from) : undefined;
  if (value === undefined) return;
  draft.apply(from, 'never', () => undefined);
  // The new field comes last, also where one of its name was.
  draft.apply(to, 'never', () => undefined);
  draft.apply(to, true, () => value);
}
