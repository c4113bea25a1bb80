import { MongoFault } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import { latest } from '../storage/record.ts';
import { type Doc, isDocument, toNumber } from '../value/types.ts';
import { sizeOf } from '../wire.ts';
import { collectionName, onlyKnown } from './arguments.ts';
import { existing } from './catalog.ts';
import type { Command, CommandContext } from './context.ts';

/** What an entry of an index is counted as: nothing here is on a disk. */
const BYTES_PER_KEY = 16;

interface Sizes {
  count: number;
  size: number;
  indexSizes: Record<string, number>;
  totalIndexSize: number;
}

function sizesOf(collection: Collection): Sizes {
  const sizes: Sizes = { count: 0, size: 0, indexSizes: {}, totalIndexSize: 0 };
  for (const { document } of collection.all(latest)) {
    sizes.count += 1;
    sizes.size += sizeOf(document);
  }
  for (const { spec } of collection.indexes.values()) {
    sizes.indexSizes[spec.name] = sizes.count * BYTES_PER_KEY;
    sizes.totalIndexSize += sizes.count * BYTES_PER_KEY;
  }
  return sizes;
}

function scaleOf(context: CommandContext): number {
  const scale = context.command.scale === undefined ? 1 : toNumber(context.command.scale);
  if (scale === undefined || scale < 1)
    throw new MongoFault('BadValue', `BSON field '${context.name}.scale' value must be >= 1`);
  return Math.floor(scale);
}

/** https://www.mongodb.com/docs/manual/reference/command/collStats/#output */
function storageStats(collection: Collection | undefined, scale: number): Doc {
  if (!collection)
    return {
      size: 0,
      count: 0,
      numOrphanDocs: 0,
      storageSize: 0,
      totalSize: 0,
      nindexes: 0,
      totalIndexSize: 0,
      indexDetails: {},
      indexSizes: {},
      scaleFactor: scale,
    };
  const { count, size, indexSizes, totalIndexSize } = sizesOf(collection);
  const scaled = (bytes: number): number => Math.floor(bytes / scale);
  return {
    size: scaled(size),
    count,
    ...(count > 0 && { avgObjSize: Math.floor(size / count) }),
    numOrphanDocs: 0,
    storageSize: scaled(size),
    freeStorageSize: 0,
    capped: false,
    nindexes: collection.indexes.size,
    indexDetails: {},
    indexBuilds: [],
    totalIndexSize: scaled(totalIndexSize),
    totalSize: scaled(size + totalIndexSize),
    indexSizes: Object.fromEntries(Object.entries(indexSizes).map(([name, bytes]) => [name, scaled(bytes)])),
    scaleFactor: scale,
  };
}

/** https://www.mongodb.com/docs/manual/reference/command/collStats/ */
export const collStats: Command = {
  fields: ['scale'],
  reads: true,
  run(context) {
    const name = collectionName(context);
    const collection = context.services.store.find(context.database, name, null);
    return { ns: `${context.database}.${name}`, ...storageStats(collection, scaleOf(context)) };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/dbStats/ */
export const dbStats: Command = {
  fields: ['scale', 'freeStorage'],
  reads: true,
  run(context) {
    const scale = scaleOf(context);
    const all = [...context.services.store.collections(context.database)].filter(({ maker }) => maker === null);
    const total = { objects: 0, data: 0, indexes: 0, index: 0 };
    for (const collection of all) {
      const { count, size, totalIndexSize } = sizesOf(collection);
      total.objects += count;
      total.data += size;
      total.indexes += collection.indexes.size;
      total.index += totalIndexSize;
    }
    const scaled = (bytes: number): number => bytes / scale;
    return {
      db: context.database,
      collections: all.length,
      views: 0,
      objects: total.objects,
      avgObjSize: total.objects > 0 ? total.data / total.objects : 0,
      dataSize: scaled(total.data),
      storageSize: scaled(total.data),
      indexes: total.indexes,
      indexSize: scaled(total.index),
      totalSize: scaled(total.data + total.index),
      scaleFactor: scale,
      fsUsedSize: 0,
      fsTotalSize: 0,
    };
  },
};

/**
 * The one document of $collStats, which only a pipeline's first stage may be.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/collStats/
 * @throws MongoFault NamespaceNotFound for count, NotImplemented for statistics that are not kept
 */
export function collectionStatistics(context: CommandContext, given: unknown): Doc {
  if (!isDocument(given))
    throw new MongoFault('Location5447000', `$collStats must take a nested object but found: ${String(given)}`);
  onlyKnown(given, new Set(['storageStats', 'count', 'latencyStats', 'queryExecStats']), '$collStats');
  for (const name of ['latencyStats', 'queryExecStats'])
    if (given[name] !== undefined) throw new MongoFault('NotImplemented', `this engine has no $collStats with ${name}`);
  const name = collectionName(context);
  const scale = isDocument(given.storageStats) ? (toNumber(given.storageStats.scale) ?? 1) : 1;
  const collection = context.services.store.find(context.database, name, null);
  return {
    ns: `${context.database}.${name}`,
    host: context.services.identity().me,
    localTime: new Date(),
    ...(given.storageStats !== undefined && { storageStats: storageStats(collection, scale) }),
    ...(given.count !== undefined && { count: sizesOf(existing(context, name)).count }),
  };
}
