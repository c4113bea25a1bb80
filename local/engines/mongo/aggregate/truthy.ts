import { Decimal128, Long } from 'bson';

const zero = /^-?0(\.0*)?(E[+-]?\d+)?$/;

/** What `$and`, `$cond` and `$expr` take for true. */
export const truthy = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  value !== 0 &&
  !(value instanceof Long && value.isZero()) &&
  !(value instanceof Decimal128 && zero.test(value.toString()));
