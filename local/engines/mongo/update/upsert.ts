import { ObjectId } from 'bson';
import { MongoFault } from '../errors.ts';
import { isOperatorDocument } from '../query/operator-document.ts';
import { equal } from '../value/key.ts';
import { type Doc, field, isDocument, setField } from '../value/types.ts';
import type { Update } from './compile.ts';
import { Draft } from './draft.ts';

/**
 * The document that an upsert inserts: what the filter says by equality, then the update.
 * https://www.mongodb.com/docs/manual/reference/method/db.collection.update/#upsert-behavior
 */
export function upsertDocument(filter: Doc, update: Update): Doc {
  const equalities = new Map<string, unknown>();
  collect(filter, equalities);
  const draft = new Draft({});
  if (update.kind === 'replacement') {
    if (equalities.has('_id')) draft.apply(['_id'], true, () => equalities.get('_id'));
  } else for (const [path, value] of [...equalities].sort(byPath)) draft.apply(path.split('.'), true, () => value);
  const updated = update.apply(draft.root, { position: { index: undefined }, inserting: true });
  const { _id: id = new ObjectId(), ...rest } = updated;
  const inserted: Doc = { _id: id };
  for (const name of Object.keys(rest)) setField(inserted, name, field(updated, name));
  return inserted;
}

/** In the order of their names, as the server keeps them. */
const byPath = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);

function collect(filter: Doc, into: Map<string, unknown>): void {
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and' || (name === '$or' && Array.isArray(value) && value.length === 1)) {
      for (const branch of value as unknown[]) if (isDocument(branch)) collect(branch, into);
    } else if (!name.startsWith('$')) collectField(name, value, into);
  }
}

function collectField(path: string, condition: unknown, into: Map<string, unknown>): void {
  let value = condition;
  if (isOperatorDocument(condition)) {
    const { $eq, $in, $all } = condition;
    if (Array.isArray($all) && $all.length > 1)
      for (const one of $all) collectField(path, { $eq: one as unknown }, into);
    const only =
      Array.isArray($in) && $in.length === 1 ? $in : Array.isArray($all) && $all.length > 0 ? $all : undefined;
    if ($eq === undefined && only === undefined) return;
    value = $eq !== undefined ? $eq : only?.[0];
    if (isOperatorDocument(value)) return;
  }
  if (into.has(path) && !equal(into.get(path), value))
    throw new MongoFault('NotSingleValueField', `cannot infer query fields to set, path '${path}' is matched twice`);
  into.set(path, value);
}
