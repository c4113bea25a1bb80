import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chunksOf } from '../../../lib/core/chunks-of.ts';
import { chooseDatabases, type Databases } from '../../../local/stack/engines/databases.ts';
import { startApart } from '../../../local/stack/engines/embedded/apart.ts';
import { type Reaper, startReaper } from '../../../local/stack/reaper.ts';
import { type Bundles, bundlesOfCommit, presentBundles, whyMissing } from '../../rolling/bundles.ts';
import { TODAY } from '../today.ts';
import { type Arm, startArm } from './arm.ts';
import type { ArmOrder } from './arm-order.ts';
import { ALONE, copiesOf, MEETING, ORDINARY, putEvents, TOGETHER } from './event-folder.ts';
import { type SqsSink, startSqsSink } from './sqs-sink.ts';

const run = promisify(execFile);

/** The code as it is, or as it was at the commit that all of this is compared with. */
export type Side = 'present' | 'today';

/** Of a row about many types, beside those that are always there. */
export const MANY_TYPES = 50;

export interface WorldOptions {
  /** `short`: every row, too small to mean much. */
  size: 'full' | 'short';
  /** Hears what is done. */
  progress(text: string): void;
}

/** Engines, code and processes for the arms of one run. */
export interface World extends WorldOptions {
  mongoUri: string;
  redisUrl: string;
  sink: SqsSink;
  watch: Reaper['watch'];
  /** `MongoDB embedded, redis-server 7.0.15 (found)` */
  engines: string;
  /** Why there is no arm of the earlier commit. */
  noToday: string | undefined;
  /** Whether Redis is the embedded one, which has the commands that Sluice needs and no others. */
  redisIsEmbedded: boolean;
  bundlesOf(side: Side): Promise<Bundles>;
  /** A database of its own that has what this side declares. @returns its name */
  database(side: Side): Promise<string>;
  /** Starts an arm. @param over what is other than for most */
  start(arm: Order): Promise<Arm>;
  /** What ingest of this side publishes of these events. @returns the texts of its queue, in order */
  messages(side: Side, events: readonly string[], tenant?: string): Promise<string[]>;
  close(): Promise<void>;
}

/** An order of which the world knows the rest. */
export type Order = Partial<ArmOrder> & Pick<ArmOrder, 'arm' | 'database' | 'type'> & { side?: Side; entry?: string };

/** What ingest takes at a time. */
const A_REQUEST = 100;

/** @throws EngineError, or Error when the code cannot be built */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { progress } = options;
  progress('starting the engines');
  const reaper = startReaper();
  const died = (fault: Error) => {
    throw fault;
  };
  const startEmbedded = startApart({ watch: reaper.watch, died });
  const [databases, sink, noToday] = await Promise.all([
    chooseDatabases({ mode: 'found', startEmbedded, watch: reaper.watch }),
    startSqsSink(),
    whyMissing(TODAY),
  ]);
  const { mongo, redis } = databases;
  const builds = new Map<Side, Promise<Bundles>>();
  const feeders = new Map<Side, Promise<Arm>>();
  const arms = new Set<Arm>();
  let made = 0;

  const bundlesOf: World['bundlesOf'] = (side) => {
    const known = builds.get(side);
    if (known) return known;
    progress(`building the functions (${side})`);
    const put = (folder: string, face: string) => putEvents(folder, face, copiesOf(MANY_TYPES));
    const built = side === 'present' ? presentBundles(put) : bundlesOfCommit(TODAY, put);
    builds.set(side, built);
    // Also where the run is interrupted; what cannot be built is told to whoever asked for it.
    void built.then(({ remove }) => process.once('exit', remove)).catch(() => {});
    return built;
  };
  const environmentOf = (order: ArmOrder): Record<string, string> => ({
    SERVICE: 'bench',
    STAGE: 'local',
    LETTER_SENDERS: 'any',
    EVENT_TYPES: order.types.join(','),
    EVENT_TYPE: order.type,
    QUEUE_URL_PREFIX: order.queueUrlPrefix,
    SQS_ENDPOINT: order.sqsEndpoint,
    REDIS_URL: order.redisUrl,
    REDIS_TIMEOUT_MS: '5000',
    MONGODB_URI: order.mongoUri,
    MONGODB_DATABASE: order.database,
    MONGODB_TIMEOUT_MS: '10000',
  });
  const start: World['start'] = async ({ side, entry, ...given }) => {
    const order: ArmOrder = {
      mongoUri: mongo.uri,
      redisUrl: redis.url,
      sqsEndpoint: sink.endpoint,
      queueUrlPrefix: `${sink.endpoint}/000000000000/bench-`,
      types: typesOf(side ?? 'present'),
      ...(side && entry && { file: (await bundlesOf(side)).fileOf(entry) }),
      ...given,
    };
    const arm = await startArm(order, environmentOf(order), reaper.watch);
    arms.add(arm);
    const end = async () => {
      arms.delete(arm);
      await arm.end();
    };
    return { ...arm, end };
  };
  return {
    ...options,
    mongoUri: mongo.uri,
    redisUrl: redis.url,
    sink,
    watch: reaper.watch,
    engines: enginesOf(databases),
    noToday,
    redisIsEmbedded: redis.name === 'embedded',
    bundlesOf,
    start,
    async database(side) {
      const { folder } = await bundlesOf(side);
      const database = `bench-${process.pid}-${++made}`;
      const env = { PATH: process.env.PATH, STAGE: 'local', MONGODB_URI: mongo.uri, MONGODB_DATABASE: database };
      await run(process.execPath, [`${folder}/deploy/database.ts`, 'setup'], { cwd: folder, env });
      return database;
    },
    async messages(side, events, tenant) {
      const feeder =
        feeders.get(side) ?? start({ arm: 'ingest', database: 'none', type: ORDINARY, side, entry: 'ingest' });
      feeders.set(side, feeder);
      const arm = await feeder;
      sink.taken();
      await arm.prepare(chunksOf(events, A_REQUEST), tenant);
      await arm.turn();
      return sink.taken();
    },
    async close() {
      await Promise.all([...arms].map((arm) => arm.end()));
      await Promise.all([databases.stop(), sink.stop()]);
      reaper.stop();
      for (const build of builds.values()) (await build).remove();
    },
  };
}

/** Earlier code knows no type with settings. */
const typesOf = (side: Side): string[] => [ORDINARY, MEETING, TOGETHER, ...(side === 'present' ? [ALONE] : [])];

const enginesOf = ({ mongo, redis }: Databases): string =>
  `MongoDB ${mongo.name}, Redis ${redis.name === 'embedded' ? 'embedded, for want of a redis-server' : redis.name}`;
