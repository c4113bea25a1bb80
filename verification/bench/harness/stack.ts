import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { MongoClient } from 'mongodb';
import { callerOf } from '../../../local/stack/caller.ts';
import { bodyOf } from '../arms/ingest.ts';
import type { Work } from './arm-order.ts';
import { postAll } from './posts.ts';

/** A local stack of whichever commit, as `npm start` runs it. */
export interface Stack {
  mongoUri: string;
  sqsEndpoint: string;
  /** Of the process that its others are children of. */
  pid: number;
  /** Sends each batch as a request, on so many connections at a time, and waits until each event is settled. */
  settle(work: Work, connections: number): Promise<Settled>;
  stop(): Promise<void>;
}

/** From the first request on. */
export interface Settled {
  /** Seconds until the last event was accepted, and until it was settled. */
  accepted: number;
  settled: number;
  /** Milliseconds of each request. */
  requests: readonly number[];
}

interface Launched {
  api: string;
  mongoUri: string;
  sqsEndpoint: string;
  pid: number;
  /** Absent where all stages had one name. */
  database?: string;
  stop(): Promise<void>;
}

/** Where a commit has what launches its stack. */
const places = ['local/stack/launch.ts', 'local/launch.ts'];
const EARLIER_DATABASE = 'sluice';
const SETTLED = ['succeeded', 'rejected'];
const LONGEST_STANDSTILL_MS = 60_000;
const LOOK_MS = 20;

/** @param project a folder with the sources of a commit @throws Error when it does not come up */
export async function startStack(project: string): Promise<Stack> {
  const place = places.map((path) => join(project, path)).find((path) => existsSync(path));
  if (place === undefined) throw new Error(`nothing launches a stack in ${project}`);
  const { launch } = (await import(pathToFileURL(place).href)) as {
    launch(options: { engines: 'found' }): Promise<Launched>;
  };
  const { api, mongoUri, sqsEndpoint, pid, database = EARLIER_DATABASE, stop } = await launch({ engines: 'found' });
  const caller = callerOf({ api });
  const mongo = new MongoClient(mongoUri);
  const records = mongo.db(database).collection('events');
  const settled = () => records.countDocuments({ state: { $in: SETTLED } });
  // Who looks has the same cores as what is measured, and to count all by what they say takes long: that they are there is what is timed,
  // and that all of them are settled is looked at then.
  const look = async (wanted: number): Promise<Look> => {
    const there = await records.estimatedDocumentCount();
    const at = performance.now();
    return { at, seen: there < wanted ? there : await settled() };
  };
  return {
    mongoUri,
    sqsEndpoint,
    pid,
    async settle(work, connections) {
      const wanted = (await settled()) + work.flat().length;
      const begun = performance.now();
      const secondsTo = (at: number) => (at - begun) / 1000;
      const requests = await postAll(new URL(caller.url('/events')), caller.headers(), work.map(bodyOf), connections);
      const accepted = secondsTo(performance.now());
      return { accepted, settled: secondsTo(await whenThere(look, wanted)), requests };
    },
    async stop() {
      await mongo.close();
      await stop();
    },
  };
}

interface Look {
  /** By `performance.now()`. */
  at: number;
  /** Events that are settled, or fewer. */
  seen: number;
}

/** @returns when all were there @throws Error when nothing is settled for a minute */
async function whenThere(look: (wanted: number) => Promise<Look>, wanted: number): Promise<number> {
  let [last, moved] = [-1, performance.now()];
  for (;;) {
    const { at, seen } = await look(wanted);
    if (seen >= wanted) return at;
    if (seen !== last) [last, moved] = [seen, at];
    if (at - moved > LONGEST_STANDSTILL_MS) throw new Error(`${wanted - seen} events are never settled`);
    await wait(LOOK_MS);
  }
}
