import { Long } from 'bson';

/** What `$and`, `$cond` and `$expr` take for true. */
export const truthy = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0 && !(value instanceof Long && value.isZero());
