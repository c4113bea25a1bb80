import { MongoFault } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import type { Collection } from '../storage/collection.ts';
import type { CollectionOptions } from '../storage/options.ts';
import { equal } from '../value/key.ts';
import { same } from '../value/same.ts';
import { type Doc, isDocument, toNumber } from '../value/types.ts';
import { collectionName, documentIn, flagIn, refuseCollation, stringIn } from './arguments.ts';
import { type Command, type CommandContext, scopeOf, transactionOf, unblocked, waitFor } from './context.ts';

/** Waits until no open transaction uses a collection, as a change of its definition must. */
export async function unused(context: CommandContext, collection: Collection): Promise<void> {
  for (;;) {
    const [user] = context.services.store.using(collection);
    if (!user) return;
    await waitFor(context, user.ended);
  }
}

/** @throws MongoFault NamespaceNotFound */
export function existing(context: CommandContext, name: string): Collection {
  const collection = context.services.store.find(context.database, name, null);
  if (!collection) throw new MongoFault('NamespaceNotFound', `ns does not exist: ${context.database}.${name}`);
  return collection;
}

function optionsIn(context: CommandContext): CollectionOptions {
  const { command, name: where } = context;
  const validator = documentIn(command, 'validator', where);
  if (validator) compileFilter(validator, scopeOf(context));
  const level = stringIn(command, 'validationLevel', where);
  const action = stringIn(command, 'validationAction', where);
  if (level !== undefined && level !== 'off' && level !== 'strict' && level !== 'moderate')
    throw new MongoFault(
      'BadValue',
      `Enumeration value '${level}' for field '${where}.validationLevel' is not a valid value.`,
    );
  if (action !== undefined && action !== 'error' && action !== 'warn')
    throw new MongoFault(
      'BadValue',
      `Enumeration value '${action}' for field '${where}.validationAction' is not a valid value.`,
    );
  return {
    ...(validator && { validator }),
    ...(level && { validationLevel: level }),
    ...(action && { validationAction: action }),
  };
}

/** Options of collections that are not plain ones: capped, views, time series, clustered, encrypted. */
const otherKinds = [
  ...['size', 'max', 'viewOn', 'pipeline', 'timeseries', 'expireAfterSeconds', 'clusteredIndex', 'encryptedFields'],
  ...['changeStreamPreAndPostImages', 'storageEngine', 'indexOptionDefaults', 'autoIndexId'],
];

/** https://www.mongodb.com/docs/manual/reference/command/create/ */
export const create: Command = {
  fields: ['validator', 'validationLevel', 'validationAction', 'collation', 'capped', ...otherKinds],
  inTransaction: true,
  writes: true,
  run(context) {
    refuseCollation(context.command);
    if (flagIn(context.command, 'capped', 'create') === true)
      throw new MongoFault('NotImplemented', 'this engine has no capped collections');
    for (const option of otherKinds)
      if (context.command[option] !== undefined && option !== 'autoIndexId')
        throw new MongoFault('NotImplemented', `this engine creates no collection with ${option}`);
    const name = collectionName(context);
    const options = optionsIn(context);
    return unblocked(context, () => {
      const { store } = context.services;
      const transaction = transactionOf(context);
      const there = store.find(context.database, name, transaction);
      if (there && !same(there.options, options))
        throw new MongoFault(
          'NamespaceExists',
          `namespace ${context.database}.${name} already exists, but with different options`,
        );
      if (there && transaction)
        throw new MongoFault('NamespaceExists', `Collection ${context.database}.${name} already exists.`);
      if (!there) store.make(context.database, name, transaction, options);
      return {};
    });
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/collMod/ */
export const collMod: Command = {
  fields: ['validator', 'validationLevel', 'validationAction', 'index'],
  writes: true,
  async run(context) {
    const collection = existing(context, collectionName(context));
    await unused(context, collection);
    const change = documentIn(context.command, 'index', 'collMod');
    collection.options = { ...collection.options, ...optionsIn(context) };
    context.services.store.redefined();
    return change ? changeIndex(collection, change) : {};
  },
};

function changeIndex(collection: Collection, change: Doc): Doc {
  const { keyPattern, name, expireAfterSeconds, hidden, ...unknown } = change;
  const [extra] = Object.keys(unknown);
  if (extra) throw new MongoFault('IDLUnknownField', `BSON field 'collMod.index.${extra}' is an unknown field.`);
  const index = [...collection.indexes.values()].find(
    ({ spec }) => spec.name === name || (isDocument(keyPattern) && equal(spec.key, keyPattern)),
  );
  if (!index)
    throw new MongoFault(
      'IndexNotFound',
      `cannot find index ${String(name ?? JSON.stringify(keyPattern))} for ns ${collection.namespace}`,
    );
  const answer: Doc = {};
  if (expireAfterSeconds !== undefined) {
    const seconds = toNumber(expireAfterSeconds);
    if (seconds === undefined || seconds < 0)
      throw new MongoFault('InvalidOptions', 'expireAfterSeconds must be a number >= 0');
    if (index.spec.expireAfterSeconds !== undefined) answer.expireAfterSeconds_old = index.spec.expireAfterSeconds;
    answer.expireAfterSeconds_new = seconds;
    index.spec = { ...index.spec, expireAfterSeconds: seconds };
  }
  if (typeof hidden === 'boolean') {
    answer.hidden_old = index.spec.hidden === true;
    answer.hidden_new = hidden;
    index.spec = { ...index.spec, hidden };
  }
  return answer;
}

/** https://www.mongodb.com/docs/manual/reference/command/drop/ */
export const drop: Command = {
  fields: [],
  writes: true,
  async run(context) {
    const { store, cursors } = context.services;
    const collection = store.find(context.database, collectionName(context), null);
    if (!collection) return {};
    await unused(context, collection);
    store.drop(collection);
    cursors.killNamespace(collection.namespace);
    return { nIndexesWas: collection.indexes.size, ns: collection.namespace };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/dropDatabase/ */
export const dropDatabase: Command = {
  fields: [],
  writes: true,
  async run(context) {
    const { store, cursors } = context.services;
    const collections = [...store.collections(context.database)];
    for (const collection of collections) {
      await unused(context, collection);
      store.drop(collection);
      cursors.killNamespace(collection.namespace);
    }
    return collections.length > 0 ? { dropped: context.database } : {};
  },
};
