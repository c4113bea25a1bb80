import { Timestamp } from 'bson';
import { type Doc, setField } from './types.ts';

/**
 * A document to insert, or to put in place of another: empty timestamps at its top become present ones, but as `_id`.
 * https://www.mongodb.com/docs/manual/reference/bson-types/#timestamps
 * @param present a timestamp after all before it
 * @returns the very same document when it has none
 */
export function withPresentTimestamps(document: Doc, present: () => Timestamp): Doc {
  let filled: Doc | undefined;
  for (const name in document) {
    const value = document[name];
    if (!(value instanceof Timestamp) || !value.isZero() || name === '_id') continue;
    filled ??= { ...document };
    setField(filled, name, present());
  }
  return filled ?? document;
}
