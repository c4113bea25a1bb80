import { MongoFault } from '../errors.ts';
import { namespaceIn } from '../storage/names.ts';
import { flagIn, stringIn } from './arguments.ts';
import { unused } from './catalog.ts';
import type { Command } from './context.ts';

/** https://www.mongodb.com/docs/manual/reference/command/renameCollection/ */
export const renameCollection: Command = {
  fields: ['to', 'dropTarget'],
  writes: true,
  async run(context) {
    const { store, cursors } = context.services;
    if (context.database !== 'admin')
      throw new MongoFault('Unauthorized', 'renameCollection may only be run against the admin database.');
    const to = stringIn(context.command, 'to', 'renameCollection');
    if (to === undefined)
      throw new MongoFault('Location40414', "BSON field 'renameCollection.to' is missing but a required field");
    const { database, collection: name } = namespaceIn(context.command.renameCollection, 'Invalid source namespace');
    const { database: toDatabase, collection: toName } = namespaceIn(to, 'Invalid target namespace');
    const drops = flagIn(context.command, 'dropTarget', 'renameCollection') === true;
    if (database === toDatabase && name === toName)
      throw new MongoFault('IllegalOperation', "Can't rename a collection to itself");
    const collection = store.find(database, name, null);
    if (!collection) throw new MongoFault('NamespaceNotFound', `Source collection ${database}.${name} does not exist`);
    if (database !== toDatabase)
      throw new MongoFault('NotImplemented', 'this engine does not move a collection to another database');
    const there = store.find(database, toName, null);
    if (there && !drops) throw new MongoFault('NamespaceExists', 'target namespace exists');
    await unused(context, collection);
    if (there) {
      await unused(context, there);
      store.drop(there);
      cursors.killNamespace(there.namespace);
    }
    cursors.killNamespace(collection.namespace);
    store.rename(collection, toName);
    return {};
  },
};
