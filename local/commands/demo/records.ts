import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { defaultSource, localIdentity } from '../../../lib/core/access/identity.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import type { Attempt } from '../../../lib/core/outcome.ts';
import type { EventRecord } from '../../../lib/ports/records.ts';
import { isFinal } from '../../../lib/results/settled-event.ts';
import type { Outcome } from './drive.ts';
import type { Planned } from './plan.ts';

/** What the record of an event says in MongoDB. */
export interface Recorded extends Outcome {
  final: boolean;
  recordedtime: string;
  attempts: readonly Attempt[];
}

export interface Records {
  /** By the events' ids; without those that have none. */
  of(events: readonly Planned[]): Promise<Map<string, Recorded>>;
  /**
   * As `of`, once all of them are settled, or the time is over.
   * @param tried of these a record is enough: their handlers may take their time
   */
  settled(
    events: readonly Planned[],
    progress?: (settled: number) => void,
    tried?: readonly Planned[],
  ): Promise<Map<string, Recorded>>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 100;
/** A transaction of a process that died stays open for a minute on a MongoDB that is not embedded. */
const LONGEST_MS = 90_000;

const { tenant } = localIdentity;

/** Reads records past the API, as an operator would. */
export function recordsIn(mongoUri: string, database: string, signal: AbortSignal): Records {
  const mongo = new MongoClient(mongoUri);
  const collection = mongo.db(database).collection<EventRecord>('events');
  const fields = { id: 1, state: 1, replay: 1, rejection: 1, recordedtime: 1, attempts: 1, fingerprint: 1 };
  const of: Records['of'] = async (events) => {
    const keys = new Set(
      events.map(({ event: { id, source } }) => eventKey(tenant, source ?? defaultSource(tenant), id)),
    );
    const found = await collection.find({ _id: { $in: [...keys] } }, { projection: fields }).toArray();
    return new Map(found.map((record) => [record.id, recordedOf(record)]));
  };
  return {
    of,
    async settled(events, progress = () => {}, tried = []) {
      const wanted = new Set(events.map(({ event }) => event.id));
      const all = new Set([...wanted, ...tried.map(({ event }) => event.id)]);
      for (const until = Date.now() + LONGEST_MS; ; ) {
        const found = await of([...events, ...tried]);
        const settled = [...found].filter(([id, { final }]) => final && wanted.has(id)).length;
        progress(settled);
        if ((settled === wanted.size && found.size === all.size) || Date.now() > until) return found;
        await wait(LOOK_EVERY_MS, undefined, { signal });
      }
    },
    close: () => mongo.close(),
  };
}

function recordedOf(record: EventRecord): Recorded {
  const { state, rejection, recordedtime, attempts } = record;
  return {
    // A record that is about to fail is one that is not settled yet.
    status: state === 'failing' ? 'retrying' : state,
    final: isFinal(record),
    reason: rejection?.reason,
    recordedtime,
    attempts,
  };
}

/**
 * Is each effect there exactly once? Effect and attempt are written in one transaction, so that a record with one attempt that settled
 * it stands for one effect.
 * @returns one line for each event of which that cannot be said
 */
export const notOnce = (events: readonly Planned[], records: ReadonlyMap<string, Recorded>): string[] =>
  events.flatMap(({ event: { id, type } }) => {
    const record = records.get(id);
    if (!record) return [`${type} ${id}: has no record`];
    const effects = record.attempts.filter(({ outcome }) => outcome === 'succeeded').length;
    const wanted = record.status === 'succeeded' ? 1 : 0;
    return effects === wanted ? [] : [`${type} ${id}: ${record.status} with ${effects} effects`];
  });
