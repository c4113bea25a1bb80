/** A place in a list by a time and `_id`. */
interface Place {
  readonly field: 'recordedtime' | 'createdtime' | 'at';
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly _id: string;
}

/**
 * What comes behind a place in its list. The time is bounded by a condition of its own, because by it an index is entered at the place; an
 * `$or` alone may be looked at entry by entry from the beginning of the list.
 */
export function behind({ field, time, _id }: Place, order: 'oldest first' | 'newest first'): { $and: object[] } {
  const [beyond, from] = order === 'oldest first' ? ['$gt', '$gte'] : ['$lt', '$lte'];
  return {
    $and: [{ [field]: { [from]: time } }, { $or: [{ [field]: { [beyond]: time } }, { _id: { [beyond]: _id } }] }],
  };
}
