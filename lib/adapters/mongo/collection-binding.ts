import type { AnyBulkWriteOperation, Document, UpdateFilter } from 'mongodb';
import { SluiceError } from '../../sdk/errors.ts';

const allowed = {
  find: ['projection', 'sort', 'skip', 'limit', 'hint'],
  update: ['upsert', 'arrayFilters', 'hint'],
  findOneAndUpdate: ['upsert', 'arrayFilters', 'hint', 'projection', 'sort', 'returnDocument'],
  replace: ['upsert', 'hint'],
  aggregate: ['hint', 'let'],
} as const;

/** Stages that reach other collections or run code, and operators that run code. */
const forbidden = new Set([
  '$lookup',
  '$unionWith',
  '$graphLookup',
  '$out',
  '$merge',
  '$documents',
  '$geoNear',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$collStats',
  '$indexStats',
  '$planCacheStats',
  '$changeStream',
  '$where',
  '$function',
  '$accumulator',
]);

class CollectionError extends SluiceError {
  constructor(collection: string, message: string) {
    super('collection-misused', `collection ${collection}: ${message}`);
  }
}

export type Binding = ReturnType<typeof bindTo>;

/**
 * What keeps a collection within its tenant and its transaction (protocol: bound-collections): filters, documents,
 * updates, stages and options as they may be sent. Each throws CollectionError (code `collection-misused`) for what
 * would reach around that.
 * @param name of the collection, for the message
 */
export function bindTo(name: string, tenant: string) {
  const misuse = (message: string): never => {
    throw new CollectionError(name, message);
  };
  return {
    misuse,
    scoped(filter: object): Document {
      if ('tenant' in filter) misuse('the tenant is added to every filter by Sluice');
      if ('_id' in filter) misuse('_id is given by Sluice; filter by a field of your own');
      refuseForbidden(filter, misuse);
      refuseUndefined('the filter', filter, misuse);
      return { tenant, ...filter };
    },
    owned(document: object): Document {
      if ('_id' in document) misuse('_id is given by Sluice; use a field of your own and declare it unique');
      return { ...document, tenant };
    },
    replacement: (document: Document): Document => ({ ...without(document), tenant }),
    change(update: object): UpdateFilter<Document> | Document[] {
      if (Array.isArray(update)) {
        refuseForbidden(update, misuse);
        return [...update, { $set: { tenant: { $literal: tenant } } }];
      }
      for (const [operator, fields] of Object.entries(update)) {
        if (!operator.startsWith('$'))
          misuse(`"${operator}" is no update operator; to replace a document use replaceOne`);
        const paths = operator === '$rename' ? Object.entries(fields).flat() : Object.keys(fields);
        if (paths.some((path) => /^(tenant|_id)(\.|$)/.test(String(path)))) misuse('tenant and _id cannot be changed');
      }
      return { ...update };
    },
    pipeline(stages: readonly Document[]): Document[] {
      refuseForbidden(stages, misuse);
      refuseUndefined('the pipeline', stages, misuse);
      return [{ $match: { tenant } }, ...stages];
    },
    options(kind: keyof typeof allowed, chosen: object | undefined): Document {
      const known: readonly string[] = allowed[kind];
      const unknown = Object.keys(chosen ?? {}).filter((key) => !known.includes(key));
      if (unknown.length > 0)
        misuse(`option ${unknown.join(', ')} is not available in a handler; known: ${known.join(', ')}`);
      refuseForbidden(chosen, misuse);
      return { ...chosen };
    },
  };
}

/** One operation of a bulkWrite, bound as its single form would be. */
export function scopedOperation(
  operation: object,
  { scoped, owned, change, replacement, misuse }: Binding,
): AnyBulkWriteOperation {
  const [[kind, given] = ['nothing', {}], more] = Object.entries(operation);
  if (more) misuse('an operation of bulkWrite has one name');
  const { filter, document, update, replacement: whole, upsert = false, arrayFilters, ...rest } = given;
  if (Object.keys(rest).length > 0)
    misuse(`bulkWrite: option ${Object.keys(rest).join(', ')} is not available in a handler`);
  const how = { upsert, ...(arrayFilters && { arrayFilters }) };
  if (kind === 'insertOne') return { insertOne: { document: owned(document) } };
  if (kind === 'updateOne') return { updateOne: { filter: scoped(filter), update: change(update), ...how } };
  if (kind === 'updateMany') return { updateMany: { filter: scoped(filter), update: change(update), ...how } };
  if (kind === 'replaceOne') return { replaceOne: { filter: scoped(filter), replacement: replacement(whole), upsert } };
  if (kind === 'deleteOne') return { deleteOne: { filter: scoped(filter) } };
  if (kind === 'deleteMany') return { deleteMany: { filter: scoped(filter) } };
  return misuse(`bulkWrite has no operation ${kind}`);
}

function refuseForbidden(value: unknown, misuse: (message: string) => never): void {
  if (Array.isArray(value)) for (const one of value) refuseForbidden(one, misuse);
  else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    for (const [key, inner] of value instanceof Map ? value : Object.entries(value)) {
      if (forbidden.has(key)) misuse(`${key} could reach beyond the tenant or the transaction and is refused`);
      refuseForbidden(inner, misuse);
    }
  }
}

/**
 * Refuses a condition that the driver would leave out (`ignoreUndefined`): `deleteMany({ ref: undefined })` would delete all of the tenant's
 * documents. Types see it only where the collection was given the type of its documents.
 */
function refuseUndefined(what: string, value: object, misuse: (message: string) => never): void {
  const path = pathOfUndefined(value);
  if (path !== undefined)
    misuse(
      `${path} of ${what} is undefined, which would match everything; for a field that is not there say { $exists: false }`,
    );
}

/** Looks into arrays and plain objects: what BSON makes one value of has parts of its own. */
function pathOfUndefined(value: object): string | undefined {
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) return key;
    if (!Array.isArray(inner) && !isPlain(inner)) continue;
    const path = pathOfUndefined(inner);
    if (path !== undefined) return `${key}.${path}`;
  }
  return undefined;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** The document as a handler sees it. */
export function without<Doc extends Document>(document: Doc): Doc;
export function without<Doc extends Document>(document: Doc | null): Doc | null;
export function without(document: Document | null): Document | null {
  if (!document) return null;
  const { _id, tenant, ...rest } = document;
  return rest;
}
