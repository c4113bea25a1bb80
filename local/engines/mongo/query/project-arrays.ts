import { MongoFault } from '../errors.ts';
import { type Doc, toNumber } from '../value/types.ts';
import type { Predicate } from './match.ts';

/** `{ $slice: 5 }` and `{ $slice: [1, 5] }`, not the expression `{ $slice: ['$a', 5] }`. */
export const isFindSlice = (operand: unknown): boolean =>
  operand !== undefined && (!Array.isArray(operand) || toNumber(operand[0]) !== undefined);

/** The elements that `$slice` leaves. https://www.mongodb.com/docs/manual/reference/operator/projection/slice/ */
export function slice(operand: unknown): (value: unknown) => unknown {
  const [skip, limit] = Array.isArray(operand) ? operand.map(toNumber) : [toNumber(operand)];
  if (skip === undefined || (Array.isArray(operand) && (limit === undefined || limit <= 0)))
    throw new MongoFault('Location28667', 'Invalid $slice syntax. The given syntax did not match the find() syntax');
  return (value) => {
    if (!Array.isArray(value)) return value;
    if (limit === undefined) return skip < 0 ? value.slice(skip) : value.slice(0, skip);
    const from = skip < 0 ? Math.max(0, value.length + skip) : skip;
    return value.slice(from, from + limit);
  };
}

/** The first element that fits. https://www.mongodb.com/docs/manual/reference/operator/projection/elemMatch/ */
export const elemMatch =
  (test: (element: unknown) => boolean, asDocuments: boolean) =>
  (value: unknown): unknown => {
    if (!Array.isArray(value)) return undefined;
    const index = value.findIndex((one: unknown) => test(asDocuments && Array.isArray(one) ? { ...one } : one));
    return index < 0 ? undefined : [value[index]];
  };

/** The element that the query met. https://www.mongodb.com/docs/manual/reference/operator/projection/positional/ */
export const positional =
  (path: string, matches: Predicate) =>
  (value: unknown, root: Doc): unknown => {
    if (!Array.isArray(value)) return value;
    const position = { index: undefined };
    matches(root, position);
    if (position.index === undefined)
      throw new MongoFault(
        'Location51246',
        `Executor error: positional operator '.$' couldn't find a matching element in the array (${path})`,
      );
    return [value[position.index]];
  };
