import { type AnyBulkWriteOperation, type Document, MongoServerError } from 'mongodb';
import { ALONE, MEETING, ORDINARY, TOGETHER } from '../harness/event-folder.ts';
import { owned, type PeerEvent, type Stores } from './stores.ts';

/** Data as the schemas of the types have it. */
interface Entry {
  entry: string;
  address: string;
  name: string;
}
interface Taking {
  taking: string;
  by: string;
  unit: string;
  lines: { part: string; pieces: number }[];
}
interface Sample {
  series: string;
  probe: string;
}

/** What a program does for one event that has no Sluice: the same documents and the same figures in Redis. */
export type HandleOne = (stores: Stores, event: PeerEvent) => Promise<unknown>;
/** The same for a batch, in one write for each collection and one pipeline. */
export type HandleMany = (stores: Stores, events: readonly PeerEvent[]) => Promise<unknown>;

const DUPLICATE_KEY = 11_000;
const isDuplicate = (error: unknown): boolean => error instanceof MongoServerError && error.code === DUPLICATE_KEY;
const dayOf = ({ time }: PeerEvent): string => time.slice(0, 10);

const entryOf = ({ time, data }: PeerEvent<Entry>) =>
  owned({ ...data, address: data.address.toLowerCase(), at: new Date(time) });

async function makeEntry({ db, redis }: Stores, event: PeerEvent<Entry>): Promise<unknown> {
  const entry = entryOf(event);
  try {
    await db.collection('entries').insertOne(entry);
  } catch (error) {
    if (isDuplicate(error)) return { rejected: 'entry-exists' };
    throw error;
  }
  await redis.incrby(`entries-made:${dayOf(event)}`, 1);
  return { entry: entry.entry, address: entry.address };
}

async function makeEntries({ db, redis }: Stores, events: readonly PeerEvent<Entry>[]): Promise<void> {
  await db.collection('entries').bulkWrite(events.map((event) => ({ insertOne: { document: entryOf(event) } })));
  const pipeline = redis.pipeline();
  for (const event of events) pipeline.incrby(`entries-made:${dayOf(event)}`, 1);
  await pipeline.exec();
}

async function takeParts({ db, redis }: Stores, event: PeerEvent<Taking>): Promise<unknown> {
  const lines: { part: string; pieces: number; value: number }[] = [];
  for (const { part, pieces } of event.data.lines) {
    const taken = await db
      .collection('parts')
      .findOneAndUpdate(owned({ part, left: { $gte: pieces } }), { $inc: { left: -pieces } });
    if (!taken) return { rejected: `none-left:${part}` };
    lines.push({ part, pieces, value: taken.price * pieces });
  }
  const { taking, by, unit } = event.data;
  const value = lines.reduce((sum, line) => sum + line.value, 0);
  const at = new Date(event.time);
  await db.collection('takings').insertOne(owned({ taking, by, state: 'taken', lines, value, at, history: [{ at }] }));
  const pipeline = redis.pipeline();
  for (const { part, pieces } of lines) {
    pipeline.zincrby(`parts-taken:${dayOf(event)}`, pieces, part);
    pipeline.zincrby('parts-taken:all-time', pieces, part);
  }
  pipeline.incrby(`value-taken:${dayOf(event)}:${unit}`, value);
  await pipeline.exec();
  return { taking, state: 'taken', value };
}

const countOf = ({ data, time }: PeerEvent<Sample>, count: number): AnyBulkWriteOperation<Document> => ({
  updateOne: {
    filter: owned({ day: time.slice(0, 10), series: data.series }),
    update: { $inc: { count }, $max: { lastAt: new Date(time) } },
    upsert: true,
  },
});

async function countSample(stores: Stores, event: PeerEvent<Sample>): Promise<void> {
  await countSamples(stores, [event]);
}

async function countSamples({ db, redis }: Stores, events: readonly PeerEvent<Sample>[]): Promise<void> {
  const series = Map.groupBy(events, ({ data }) => data.series);
  await db
    .collection('samples')
    .bulkWrite([...series.values()].flatMap(([first, ...more]) => (first ? [countOf(first, 1 + more.length)] : [])));
  const pipeline = redis.pipeline();
  for (const event of events) {
    pipeline.hincrby(`samples-of-series:${dayOf(event)}`, event.data.series, 1);
    pipeline.pfadd(`probes:${dayOf(event)}`, event.data.probe);
  }
  await pipeline.exec();
}

// The schema of the type has read the data before.
const one = new Map<string, HandleOne>([
  [ORDINARY, makeEntry as HandleOne],
  [MEETING, takeParts as HandleOne],
  [TOGETHER, countSample as HandleOne],
]);
const many = new Map<string, HandleMany>([
  [ORDINARY, makeEntries as HandleMany],
  [TOGETHER, countSamples as HandleMany],
]);

/** @throws Error for a type that peers do not know */
export function handlerOf(type: string): HandleOne {
  const handle = one.get(type);
  if (!handle) throw new Error(`no peer handles ${type}; ${ALONE} differs from ${ORDINARY} in Sluice alone`);
  return handle;
}

/** @throws Error for a type that has no such handler */
export function manyHandlerOf(type: string): HandleMany {
  const handle = many.get(type);
  if (!handle) throw new Error(`nobody writes batches of ${type} here`);
  return handle;
}
