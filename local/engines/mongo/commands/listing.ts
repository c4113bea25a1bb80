import { MongoFault } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import { latest } from '../storage/record.ts';
import { type Doc, field, toNumber } from '../value/types.ts';
import { sizeOf } from '../wire.ts';
import { documentIn, flagIn } from './arguments.ts';
import { type Command, scopeOf } from './context.ts';

/** https://www.mongodb.com/docs/manual/reference/command/listCollections/ */
export const listCollections: Command = {
  fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  run(context) {
    const filter = compileFilter(documentIn(context.command, 'filter', 'listCollections') ?? {}, scopeOf(context));
    const nameOnly = flagIn(context.command, 'nameOnly', 'listCollections') === true;
    const listed = [...context.services.store.collections(context.database)]
      .filter(({ maker }) => maker === null)
      .map(
        (collection): Doc => ({
          name: collection.name,
          type: 'collection',
          ...(!nameOnly && {
            options: collection.options,
            info: { readOnly: false, uuid: collection.uuid },
            idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
          }),
        }),
      )
      .filter((one) => filter(one));
    const batchSize = toNumber(field(documentIn(context.command, 'cursor', 'listCollections') ?? {}, 'batchSize'));
    return {
      cursor: context.services.cursors.open(`${context.database}.$cmd.listCollections`, listed.values(), {
        batchSize,
        session: context.role.session?.id,
      }),
    };
  },
};

/** Databases that every server has; here they are empty unless a client writes to them. */
const serversOwn = ['admin', 'config', 'local'];

/** https://www.mongodb.com/docs/manual/reference/command/listDatabases/ */
export const listDatabases: Command = {
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run(context) {
    if (context.database !== 'admin')
      throw new MongoFault('Unauthorized', 'listDatabases may only be run against the admin database.');
    const { store } = context.services;
    const filter = compileFilter(documentIn(context.command, 'filter', 'listDatabases') ?? {}, scopeOf(context));
    const nameOnly = flagIn(context.command, 'nameOnly', 'listDatabases') === true;
    const databases = [...new Set([...serversOwn, ...store.databases()])]
      .sort()
      .map((name): Doc => {
        if (nameOnly) return { name };
        let size = 0;
        for (const collection of store.collections(name))
          for (const { document } of collection.all(latest)) size += sizeOf(document);
        return { name, sizeOnDisk: size, empty: size === 0 };
      })
      .filter((one) => filter(one));
    const total = databases.reduce((sum, one) => sum + (toNumber(one.sizeOnDisk) ?? 0), 0);
    return { databases, ...(!nameOnly && { totalSize: total, totalSizeMb: Math.floor(total / 2 ** 20) }) };
  },
};
