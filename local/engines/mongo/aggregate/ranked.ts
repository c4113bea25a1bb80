import { MongoFault } from '../errors.ts';
import type { QueryScope } from '../query/scope.ts';
import { parseSort, sortKey } from '../query/sort.ts';
import { compare } from '../value/key.ts';
import { isDocument, toNumber } from '../value/types.ts';
import type { Accumulator } from './accumulator.ts';

/** So many of a group: the first, the last, the greatest or the least. */
export function chosen(
  name: '$firstN' | '$lastN' | '$maxN' | '$minN',
  argument: unknown,
  scope: QueryScope,
): () => Accumulator {
  if (!isDocument(argument) || argument.input === undefined || argument.n === undefined)
    throw new MongoFault('Location5787901', `${name} needs n and input`);
  const evaluate = scope.expression(argument.input);
  const count = toNumber(scope.expression(argument.n)({}));
  if (count === undefined || !Number.isInteger(count) || count < 1)
    throw new MongoFault('Location5787902', `${name}: 'n' must be a whole number greater than 0`);
  return () => {
    const values: unknown[] = [];
    return {
      add(document) {
        const value = evaluate(document) ?? null;
        if (value !== null || name === '$firstN' || name === '$lastN') values.push(value);
      },
      result() {
        if (name === '$firstN') return values.slice(0, count);
        if (name === '$lastN') return values.slice(-count);
        return values
          .sort((one, other) => (name === '$minN' ? compare(one, other) : compare(other, one)))
          .slice(0, count);
      },
    };
  };
}

/** The first or last of a group in an order of its own. https://www.mongodb.com/docs/manual/reference/operator/aggregation/topN/ */
export function ranked(name: string, argument: unknown, scope: QueryScope): () => Accumulator {
  if (!isDocument(argument) || argument.output === undefined || argument.sortBy === undefined)
    throw new MongoFault('Location5788003', `${name} needs sortBy and output`);
  const many = name.endsWith('N');
  const count = many ? toNumber(argument.n) : 1;
  if (count === undefined || !Number.isInteger(count) || count < 1)
    throw new MongoFault('Location5787902', `${name}: 'n' must be a whole number greater than 0`);
  const fields = parseSort(argument.sortBy);
  const evaluate = scope.expression(argument.output);
  return () => {
    const found: { key: string; value: unknown }[] = [];
    return {
      add: (document) => found.push({ key: sortKey(document, fields), value: evaluate(document) ?? null }),
      result() {
        found.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
        const chosen = name.startsWith('$top') ? found.slice(0, count) : found.slice(-count);
        const values = chosen.map(({ value }) => value);
        return many ? values : (values[0] ?? null);
      },
    };
  };
}
