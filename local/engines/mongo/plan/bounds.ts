import { MongoFault } from '../errors.ts';
import type { Index } from '../storage/collection-index.ts';
import type { KeyRange } from '../storage/ordered.ts';
import { END, flipped, keyOf } from '../value/key.ts';
import type { Doc } from '../value/types.ts';

/** The ends that `min` and `max` of a find put to the keys of the hinted index. */
export interface KeyBounds {
  min?: Doc | undefined;
  max?: Doc | undefined;
}

/**
 * From `min` inclusive to `max` exclusive, in the order of the index.
 * https://www.mongodb.com/docs/manual/reference/method/cursor.min/#behavior
 * @throws MongoFault Location51173 without a hint, Location51174 when they do not name the fields of the index
 */
export function boundedRange(index: Index | undefined, { min, max }: KeyBounds): KeyRange {
  if (!index)
    throw new MongoFault('Location51173', 'When using min()/max() a hint of which index to use must be provided');
  const end = (bound: Doc): string => {
    const names = Object.keys(bound);
    if (names.length !== index.fields.length || index.fields.some(({ path }, at) => path !== names[at]))
      throw new MongoFault('Location51174', 'The index chosen is not compatible with min/max');
    return index.fields
      .map(({ path, direction }) => (direction === 1 ? keyOf(bound[path]) : flipped(keyOf(bound[path]))))
      .join('');
  };
  return { low: min ? end(min) : '', high: max ? end(max) : END };
}
