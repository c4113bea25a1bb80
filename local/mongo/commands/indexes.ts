import { MongoFault } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import type { Collection } from '../storage/collection.ts';
import { Index, type IndexSpec } from '../storage/index.ts';
import { same } from '../value/same.ts';
import { type Doc, field, isDocument, toNumber } from '../value/types.ts';
import { collectionName, documentIn, documentsIn, flagIn, refuseCollation, stringIn } from './arguments.ts';
import { existing, unused } from './catalog.ts';
import { type Command, type CommandContext, scopeOf, unblocked } from './context.ts';

const MOST_INDEXES = 64;

/** https://www.mongodb.com/docs/manual/reference/command/createIndexes/ */
export const createIndexes: Command = {
  fields: ['indexes', 'commitQuorum'],
  writes: true,
  async run(context) {
    const name = collectionName(context);
    const specs = documentsIn(context.command, 'indexes', 'createIndexes').map((given) => specOf(context, given));
    if (specs.length === 0) throw new MongoFault('BadValue', 'Must specify at least one index to create');
    const before = context.services.store.find(context.database, name, null);
    const collection = await unblocked(context, () => context.services.store.make(context.database, name, null));
    const numIndexesBefore = collection.indexes.size;
    const fresh = specs.filter((spec) => !isThere(collection, spec));
    if (fresh.length > 0) await unused(context, collection);
    const added: IndexSpec[] = [];
    try {
      for (const spec of fresh) {
        if (isThere(collection, spec)) continue;
        if (collection.indexes.size >= MOST_INDEXES)
          throw new MongoFault('CannotCreateIndex', `add index fails, too many indexes for ${collection.namespace}`);
        const partial = spec.partialFilterExpression;
        collection.addIndex(new Index(spec, partial && compileFilter(partial, scopeOf(context))));
        added.push(spec);
      }
    } catch (cause) {
      for (const spec of added) collection.dropIndex(spec);
      throw cause;
    }
    return {
      numIndexesBefore,
      numIndexesAfter: collection.indexes.size,
      createdCollectionAutomatically: before === undefined,
      ...(added.length === 0 && { note: 'all indexes already exist' }),
    };
  },
};

const known = new Set([
  ...['key', 'name', 'unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds', 'hidden', 'v'],
  ...['background', 'collation', 'ns'],
]);

function specOf(context: CommandContext, given: Doc): IndexSpec {
  const where = 'createIndexes.indexes';
  for (const option of Object.keys(given)) {
    context.services.record('option', `index.${option}`);
    if (!known.has(option))
      throw new MongoFault(
        'InvalidIndexSpecificationOption',
        `The field '${option}' is not valid for an index specification`,
      );
  }
  refuseCollation(given);
  const key = documentIn(given, 'key', where);
  if (!key || Object.keys(key).length === 0)
    throw new MongoFault('CannotCreateIndex', 'Index keys cannot be an empty document');
  const fields = Object.entries(key).map(([path, direction]) => [path, directionOf(path, direction)] as const);
  const name = stringIn(given, 'name', where);
  if (name === undefined || name === '')
    throw new MongoFault('FailedToParse', "The 'name' field is a required property of an index specification");
  if (name === '*') throw new MongoFault('BadValue', 'The index name * is not valid.');
  const unique = flagIn(given, 'unique', where);
  const sparse = flagIn(given, 'sparse', where);
  const hidden = flagIn(given, 'hidden', where);
  const partialFilterExpression = documentIn(given, 'partialFilterExpression', where);
  if (partialFilterExpression) checkPartial(partialFilterExpression);
  if (partialFilterExpression && sparse)
    throw new MongoFault('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  const expireAfterSeconds = expiry(given.expireAfterSeconds, fields.length);
  return {
    name,
    key: Object.fromEntries(fields),
    ...(unique && { unique }),
    ...(sparse && { sparse }),
    ...(hidden && { hidden }),
    ...(partialFilterExpression && { partialFilterExpression }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
  };
}

function directionOf(path: string, direction: unknown): 1 | -1 {
  if (path === '' || path.split('.').some((part) => part === '' || part.startsWith('$')))
    throw new MongoFault('CannotCreateIndex', `Index key contains an illegal field name: '${path}'`);
  if (path.includes('$**') || typeof direction === 'string')
    throw new MongoFault('NotImplemented', `this engine has ordered indexes only, not ${String(direction)} on ${path}`);
  const number = toNumber(direction);
  if (number === undefined || number === 0 || Number.isNaN(number))
    throw new MongoFault(
      'CannotCreateIndex',
      `Values in v:2 index key pattern cannot be of this kind: ${String(direction)}`,
    );
  return number > 0 ? 1 : -1;
}

function expiry(value: unknown, fields: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = toNumber(value);
  if (seconds === undefined)
    throw new MongoFault('CannotCreateIndex', "TTL index 'expireAfterSeconds' option must be numeric");
  if (seconds < 0 || seconds > 2_147_483_647)
    throw new MongoFault(
      'CannotCreateIndex',
      "TTL index 'expireAfterSeconds' option must be within an acceptable range",
    );
  if (fields !== 1)
    throw new MongoFault(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes, compound indexes do not support TTL',
    );
  return seconds;
}

const partialOperators = new Set(['$eq', '$exists', '$gt', '$gte', '$lt', '$lte', '$type', '$in']);

/** https://www.mongodb.com/docs/manual/core/index-partial/#create-a-partial-index */
function checkPartial(expression: Doc): void {
  for (const [name, value] of Object.entries(expression)) {
    if (name === '$and' && Array.isArray(value)) {
      for (const branch of value as unknown[]) if (isDocument(branch)) checkPartial(branch);
    } else if (name.startsWith('$'))
      throw new MongoFault('CannotCreateIndex', `unsupported expression in partial index: ${name}`);
    else if (isDocument(value)) {
      for (const [operator, operand] of Object.entries(value))
        if (
          operator.startsWith('$') &&
          (!partialOperators.has(operator) || (operator === '$exists' && operand !== true))
        )
          throw new MongoFault('CannotCreateIndex', `unsupported expression in partial index: ${operator}`);
    }
  }
}

/** @throws MongoFault IndexOptionsConflict or IndexKeySpecsConflict when another index stands in its place */
function isThere(collection: Collection, spec: IndexSpec): boolean {
  if (spec.key._id === 1 && Object.keys(spec.key).length === 1) return true;
  for (const { spec: other } of collection.indexes.values()) {
    const sameKey = JSON.stringify(other.key) === JSON.stringify(spec.key);
    const sameFilter = same(other.partialFilterExpression ?? null, spec.partialFilterExpression ?? null);
    const sameIndex =
      sameKey &&
      sameFilter &&
      (other.unique ?? false) === (spec.unique ?? false) &&
      (other.sparse ?? false) === (spec.sparse ?? false);
    const sameOptions = other.expireAfterSeconds === spec.expireAfterSeconds;
    if (other.name === spec.name) {
      if (sameIndex && sameOptions) return true;
      const wanted = `Requested index: ${JSON.stringify(spec)}, existing index: ${JSON.stringify(other)}`;
      if (!sameIndex)
        throw new MongoFault(
          'IndexKeySpecsConflict',
          `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ${wanted}`,
        );
      throw new MongoFault(
        'IndexOptionsConflict',
        `An equivalent index already exists with the same name but different options. ${wanted}`,
      );
    }
    if (sameIndex)
      throw new MongoFault('IndexOptionsConflict', `Index already exists with a different name: ${other.name}`);
  }
  return false;
}

/** https://www.mongodb.com/docs/manual/reference/command/listIndexes/ */
export const listIndexes: Command = {
  fields: ['cursor'],
  run(context) {
    const collection = existing(context, collectionName(context));
    const listed = [...collection.indexes.values()].map(
      ({ spec: { key, name, ...rest } }): Doc => ({ v: 2, key, name, ...rest }),
    );
    const batchSize = toNumber(field(documentIn(context.command, 'cursor', 'listIndexes') ?? {}, 'batchSize'));
    return {
      cursor: context.services.cursors.open(collection.namespace, listed.values(), {
        batchSize,
        session: context.role.session?.id,
      }),
    };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/dropIndexes/ */
export const dropIndexes: Command = {
  fields: ['index'],
  writes: true,
  async run(context) {
    const collection = existing(context, collectionName(context));
    await unused(context, collection);
    const nIndexesWas = collection.indexes.size;
    const { index } = context.command;
    const wanted: unknown[] = Array.isArray(index) ? index : [index];
    for (const one of wanted) {
      if (one === '*') {
        for (const { spec } of collection.indexes.values()) if (spec.name !== '_id_') collection.dropIndex(spec);
        continue;
      }
      const found = [...collection.indexes.values()].find(({ spec }) =>
        typeof one === 'string' ? spec.name === one : JSON.stringify(spec.key) === JSON.stringify(one),
      );
      if (!found) throw new MongoFault('IndexNotFound', `index not found with name [${String(one)}]`);
      if (found.spec.name === '_id_') throw new MongoFault('InvalidOptions', 'cannot drop _id index');
      collection.dropIndex(found.spec);
    }
    return { nIndexesWas };
  },
};
