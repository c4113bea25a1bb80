import type { Db, Document } from 'mongodb';

/** An index that is there, or that MongoDB is building. */
export interface StandingIndex {
  name: string;
  key: Document;
  unique: boolean;
  expireAfterSeconds?: number | undefined;
  /** It serves no query yet, and refuses no document. */
  isBuilding: boolean;
}

/**
 * The indexes of a collection. MongoDB lists those that it is building with the others, and tells them apart only where it is asked to;
 * all fit into one batch, because a collection has 64 at most.
 * https://www.mongodb.com/docs/manual/reference/command/listIndexes/
 * https://github.com/mongodb/mongo/blob/master/src/mongo/db/list_indexes.idl (`includeBuildUUIDs`)
 * @throws as the driver: there is no such collection, or its indexes may not be listed
 */
export async function listIndexes(db: Db, collection: string): Promise<StandingIndex[]> {
  const { cursor } = await db.command({ listIndexes: collection, includeBuildUUIDs: true });
  const listed: Document[] = cursor.firstBatch;
  return listed.map((one) => {
    const { name, key, unique, expireAfterSeconds }: Document = one.spec ?? one;
    return { name, key, unique: unique === true, expireAfterSeconds, isBuilding: one.buildUUID !== undefined };
  });
}
