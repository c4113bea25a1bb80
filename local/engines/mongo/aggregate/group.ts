import { MongoFault } from '../errors.ts';
import type { QueryScope } from '../query/scope.ts';
import { compare, keyOf } from '../value/key.ts';
import { type Doc, isDocument, setField } from '../value/types.ts';
import type { Accumulator } from './accumulator.ts';
import { compileAccumulator } from './accumulators.ts';
import type { Stage } from './stage.ts';

interface Group {
  id: unknown;
  accumulators: Accumulator[];
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/ */
export function group(operand: unknown, scope: QueryScope): Stage {
  if (!isDocument(operand)) throw new MongoFault('Location15947', "a group's fields must be specified in an object");
  if (!('_id' in operand)) throw new MongoFault('Location15955', 'a group specification must include an _id');
  const { _id, ...fields } = operand;
  const idOf = scope.expression(_id);
  const { names, makers } = accumulatorsOf(fields, scope);
  return function* grouped(documents) {
    const groups = new Map<string, Group>();
    let last: Group | undefined;
    for (const document of documents) {
      const id = idOf(document) ?? null;
      // Where all are counted together it is one and the same for all.
      if (!last || id !== last.id) {
        const key = keyOf(id);
        last = groups.get(key) ?? { id, accumulators: makers.map((make) => make()) };
        groups.set(key, last);
      }
      for (const accumulator of last.accumulators) accumulator.add(document);
    }
    for (const one of groups.values()) yield outputOf(one, names);
  };
}

function accumulatorsOf(fields: Doc, scope: QueryScope) {
  const names = Object.keys(fields);
  for (const name of names)
    if (name.includes('.')) throw new MongoFault('Location40235', `The field name '${name}' cannot contain '.'`);
  return { names, makers: names.map((name) => compileAccumulator(name, fields[name], scope)) };
}

function outputOf({ id, accumulators }: Group, names: readonly string[]): Doc {
  const output: Doc = { _id: id };
  for (const [at, name] of names.entries()) setField(output, name, accumulators[at]?.result());
  return output;
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/bucket/ */
export function bucket(operand: unknown, scope: QueryScope): Stage {
  if (!isDocument(operand)) throw new MongoFault('Location40201', 'Argument to $bucket stage must be an object');
  const { groupBy, boundaries, default: other, output = { count: { $sum: 1 } }, ...unknown } = operand;
  const [extra] = Object.keys(unknown);
  if (extra) throw new MongoFault('Location40197', `Unrecognized option to $bucket: ${extra}.`);
  if (groupBy === undefined || !Array.isArray(boundaries) || !isDocument(output))
    throw new MongoFault('Location40198', "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  const bounds = boundaries as unknown[];
  if (bounds.length < 2)
    throw new MongoFault('Location40192', "The $bucket 'boundaries' field must have at least 2 values");
  if (bounds.some((bound, at) => at > 0 && compare(bounds[at - 1], bound) >= 0))
    throw new MongoFault('Location40194', "The 'boundaries' option to $bucket must be sorted");
  const keyedBy = scope.expression(groupBy);
  const { names, makers } = accumulatorsOf(output, scope);
  return function* bucketed(documents) {
    const groups = new Map<string, Group>();
    for (const document of documents) {
      const value = keyedBy(document) ?? null;
      const at = bounds.findLastIndex((bound) => compare(bound, value) <= 0);
      const inside = at >= 0 && at < bounds.length - 1;
      if (!inside && other === undefined)
        throw new MongoFault(
          'Location40066',
          '$switch could not find a matching branch for an input, and no default was specified.',
        );
      const id = inside ? bounds[at] : other;
      const found = groups.get(keyOf(id)) ?? { id, accumulators: makers.map((make) => make()) };
      groups.set(keyOf(id), found);
      for (const accumulator of found.accumulators) accumulator.add(document);
    }
    for (const one of [...groups.values()].sort((a, b) => compare(a.id, b.id))) yield outputOf(one, names);
  };
}
