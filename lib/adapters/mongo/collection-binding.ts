import type { AnyBulkWriteOperation, Document, UpdateFilter } from 'mongodb';
import { SluiceError } from '../../sdk/errors.ts';
import { own } from '../../sdk/own.ts';
import { changingStages, isOurs, readingStages, refuseCode } from './pipelines.ts';
import { type Absent, copyOfMembers, membersOf } from './plain.ts';

const allowed = {
  find: ['projection', 'sort', 'skip', 'limit', 'hint'],
  update: ['upsert', 'arrayFilters', 'hint'],
  findOneAndUpdate: ['upsert', 'arrayFilters', 'hint', 'projection', 'sort', 'returnDocument'],
  replace: ['upsert', 'hint'],
  aggregate: ['hint', 'let'],
  none: [],
} as const;

/** What they are given is stored; what others are given finds, or counts. */
const storing: ReadonlySet<string> = new Set(['$set', '$setOnInsert', '$push', '$addToSet']);
/** What is in them is matched against whole documents. */
const joining: ReadonlySet<string> = new Set(['$and', '$or', '$nor']);

class CollectionError extends SluiceError {
  constructor(collection: string, message: string) {
    super('collection-misused', `collection ${collection}: ${message}`);
  }
}

export type Binding = ReturnType<typeof bindTo>;

/**
 * What keeps a collection within its tenant and its transaction (protocol: bound-collections): filters, documents,
 * updates, stages and options as they may be sent, each a plain copy of what was given. Each throws CollectionError (code
 * `collection-misused`) for what would reach around that, and for what would not be sent as what it is, with its path.
 * @param name of the collection, for the message
 */
export function bindTo(name: string, tenant: string) {
  const misuse = (message: string): never => {
    throw new CollectionError(name, message);
  };
  const object = (given: unknown, path: string, absent: Absent): Document =>
    copyOfMembers(given, path, absent, misuse, 0);

  /** Also where an upsert would take a field from it. */
  const refuseOurs = (filter: Document): void => {
    for (const field of Object.keys(filter)) {
      if (isOurs(field)) {
        if (field.startsWith('tenant')) misuse('the tenant is added to every filter by Sluice');
        misuse('_id is given by Sluice; filter by a field of your own');
      }
      if (joining.has(field)) for (const one of [filter[field]].flat()) refuseOurs(Object(one));
    }
  };

  const operators = (given: unknown): UpdateFilter<Document> => {
    const update: Document = {};
    for (const [operator, fields] of membersOf(given, 'update', misuse)) {
      if (!operator.startsWith('$'))
        misuse(`"${operator}" is no update operator; to replace a document use replaceOne`);
      const copied = object(fields, `update.${operator}`, storing.has(operator) ? 'left-out' : 'refused');
      if (!storing.has(operator)) refuseCode(copied, misuse);
      const paths = operator === '$rename' ? Object.entries(copied).flat() : Object.keys(copied);
      if (paths.some((path) => isOurs(String(path)))) misuse('tenant and _id cannot be changed');
      update[operator] = copied;
    }
    // One without operators would be taken for a replacement; it changes nothing.
    return Object.keys(update).length === 0 ? { $set: {} } : update;
  };

  return {
    misuse,
    list<Item>(given: readonly Item[], path: string): readonly Item[] {
      return Array.isArray(given) ? [...given] : misuse(`${path} is no array`);
    },
    field(given: string): string {
      if (typeof given !== 'string' || isOurs(given)) misuse('distinct is of a field of your own, by its name');
      return given;
    },
    scoped(given: unknown): Document {
      const filter = object(given, 'filter', 'refused');
      refuseOurs(filter);
      refuseCode(filter, misuse);
      return { tenant, ...filter };
    },
    owned(given: unknown): Document {
      const document = object(given, 'document', 'left-out');
      if (Object.hasOwn(document, '_id'))
        misuse('_id is given by Sluice; use a field of your own and declare it unique');
      return { ...document, tenant };
    },
    replacement: (given: unknown): Document => ({ ...without(object(given, 'document', 'left-out')), tenant }),
    /** @param upsert of its options */
    change(given: unknown, upsert: unknown): UpdateFilter<Document> | Document[] {
      if (!Array.isArray(given)) return operators(given);
      const stages = changingStages(given, 'update', Boolean(upsert), misuse);
      return [...stages, { $set: { tenant: { $literal: tenant } } }];
    },
    pipeline: (given: unknown): Document[] => [{ $match: { tenant } }, ...readingStages(given, 'pipeline', misuse)],
    options(kind: keyof typeof allowed, chosen: object | undefined): Document {
      // Most operations have none.
      if (chosen === undefined || chosen === null) return {};
      const known: readonly string[] = allowed[kind];
      const given = membersOf(chosen, 'options', misuse).filter(([, value]) => value !== undefined);
      const unknown = given.flatMap(([option]) => (known.includes(option) ? [] : [option]));
      if (unknown.length > 0)
        misuse(`option ${unknown.join(', ')} is not available in a handler; known: ${known.join(', ')}`);
      const options = object(Object.fromEntries(given), 'options', 'refused');
      refuseCode(options, misuse);
      return options;
    },
  };
}

const optionsOf: Readonly<Record<string, keyof typeof allowed>> = {
  updateOne: 'update',
  updateMany: 'update',
  replaceOne: 'replace',
};

/** One operation of a bulkWrite, bound as its single form would be. */
export function scopedOperation(
  operation: unknown,
  { scoped, owned, change, replacement, options, misuse }: Binding,
): AnyBulkWriteOperation {
  const [[kind, given] = ['nothing', {}], more] = membersOf(operation, 'operation', misuse);
  if (more) misuse('an operation of bulkWrite has one name');
  const { filter, document, update, replacement: whole, ...rest } = Object.fromEntries(membersOf(given, kind, misuse));
  const how = options(own(optionsOf, kind) ?? 'none', rest);
  if (kind === 'insertOne') return { insertOne: { document: owned(document) } };
  if (kind === 'updateOne')
    return { updateOne: { filter: scoped(filter), update: change(update, how.upsert), ...how } };
  if (kind === 'updateMany')
    return { updateMany: { filter: scoped(filter), update: change(update, how.upsert), ...how } };
  if (kind === 'replaceOne') return { replaceOne: { filter: scoped(filter), replacement: replacement(whole), ...how } };
  if (kind === 'deleteOne') return { deleteOne: { filter: scoped(filter) } };
  if (kind === 'deleteMany') return { deleteMany: { filter: scoped(filter) } };
  return misuse(`bulkWrite has no operation ${kind}`);
}

/** The document as a handler sees it. */
export function without<Doc extends Document>(document: Doc): Doc;
export function without<Doc extends Document>(document: Doc | null): Doc | null;
export function without(document: Document | null): Document | null {
  if (!document) return null;
  const { _id, tenant, ...rest } = document;
  return rest;
}
