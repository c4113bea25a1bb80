import { MongoFault } from '../errors.ts';
import { flipped } from '../value/key.ts';
import { pathKeys } from '../value/paths.ts';
import { type Doc, isDocument, toNumber } from '../value/types.ts';

export interface SortField {
  path: string;
  parts: readonly string[];
  direction: 1 | -1;
}

/** @throws MongoFault for a direction that is not 1 or -1 */
export function parseSort(sort: unknown): SortField[] {
  if (sort === undefined) return [];
  if (!isDocument(sort)) throw new MongoFault('TypeMismatch', 'Expected field sort to be of type object');
  return Object.entries(sort).map(([path, value]) => {
    if (isDocument(value)) throw new MongoFault('NotImplemented', `this engine does not sort by $meta (${path})`);
    const direction = toNumber(value);
    if (direction !== 1 && direction !== -1)
      throw new MongoFault('Location15975', '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    if (path === '' || path.startsWith('$'))
      throw new MongoFault('Location16410', `FieldPath field names may not start with '$'. Given: ${path}`);
    return { path, parts: path.split('.'), direction };
  });
}

/**
 * Sorts stably; of an array the least element counts upwards, the greatest downwards.
 * https://www.mongodb.com/docs/manual/reference/method/cursor.sort/#comparison-with-arrays
 */
export function sortBy<Item>(
  items: readonly Item[],
  fields: readonly SortField[],
  documentOf: (item: Item) => Doc,
): Item[] {
  return items
    .map((item) => ({ item, key: sortKey(documentOf(item), fields) }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ item }) => item);
}

export function sortKey(document: Doc, fields: readonly SortField[]): string {
  let key = '';
  for (const { parts, direction } of fields) {
    const { keys } = pathKeys(document, parts);
    let best = keys[0] ?? '';
    for (const one of keys) if (direction === 1 ? one < best : one > best) best = one;
    key += direction === 1 ? best : flipped(best);
  }
  return key;
}
