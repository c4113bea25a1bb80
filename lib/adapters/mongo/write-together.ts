import { type ClientSession, type Document, type MongoClient, MongoServerError } from 'mongodb';
import { mostBytes } from './document-bytes.ts';
import { translate } from './errors.ts';

/** As MongoDB bounds a document, and so a command that is one. */
export const MOST_BYTES = 16 * 1024 * 1024;
/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Write-Command-Batch-Limit-Size */
const MOST_OPERATIONS = 100_000;
/** What a command adds to each of its operations, rounded up. */
const BESIDE_BYTES = 64;

/** One operation of a command that writes to several collections. */
export interface Write {
  /** The collection. */
  readonly to: string;
  readonly operation:
    | { readonly insert: Document }
    | { readonly filter: Document; readonly update: Document; readonly upsert: boolean };
  /** What it adds to its command at most. */
  readonly bytes: number;
}

export const writeOf = (to: string, operation: Write['operation']): Write => ({
  ...{ to, operation },
  bytes: mostBytes(operation) + BESIDE_BYTES,
});

/**
 * Writes to several collections of a database in a transaction, in this order and in as few commands as have room: one as a rule
 * (protocol: held-back-inserts).
 * https://www.mongodb.com/docs/manual/reference/command/bulkWrite/
 * @param options of each command
 * @throws what the first refused write says, in our words; anything else as the driver throws it
 */
export async function writeTogether(
  { client, database }: { client: MongoClient; database: string },
  writes: readonly Write[],
  session: ClientSession,
  options: { maxTimeMS?: number } = {},
): Promise<void> {
  for (let begin = 0; begin < writes.length; ) {
    const fitting = writes.slice(begin, begin + howManyFit(writes, begin));
    begin += fitting.length;
    const places = new Map<string, number>();
    const placeOf = (to: string): number => places.get(to) ?? places.set(to, places.size).size - 1;
    const ops = fitting.map(({ to, operation }) =>
      'insert' in operation
        ? { insert: placeOf(to), document: operation.insert }
        : { update: placeOf(to), filter: operation.filter, updateMods: operation.update, upsert: operation.upsert },
    );
    const nsInfo = [...places.keys()].map((to) => ({ ns: `${database}.${to}` }));
    const command = { bulkWrite: 1, ops, nsInfo, ordered: true, errorsOnly: true, ...options };
    const answer = await client.db('admin').command(command, { session, ignoreUndefined: true });
    if (answer.nErrors > 0) throw faultIn(answer, fitting);
  }
}

function howManyFit(writes: readonly Write[], begin: number): number {
  let bytes = 0;
  let end = begin;
  const most = Math.min(writes.length, begin + MOST_OPERATIONS);
  while (end < most && (end === begin || bytes + (writes[end]?.bytes ?? 0) <= MOST_BYTES))
    bytes += writes[end++]?.bytes ?? 0;
  return end - begin;
}

function faultIn({ cursor }: Document, writes: readonly Write[]): unknown {
  const [{ idx, ...said }] = cursor.firstBatch;
  return translate(new MongoServerError(said), writes[idx]?.to);
}
