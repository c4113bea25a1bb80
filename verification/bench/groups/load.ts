import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { gatewayEvent } from '../../../test/support/api-gateway.ts';
import type { Group } from '../group.ts';
import { copiesOf, ORDINARY } from '../harness/event-folder.ts';
import { ordinary } from '../harness/events.ts';
import { MANY_TYPES, type Side, type World } from '../harness/world.ts';
import type { Outcome } from '../row.ts';
import { ratio } from '../statistics.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../harness/load.mjs');
const hello = join(import.meta.dirname, '../harness/hello.mjs');
const FEW_TYPES = 5;
const SOME_TYPES = 20;
const rows = {
  ingest: 'load of the bundle of ingest / hello world',
  consume: 'load of the bundle of a consumer / hello world',
  first: 'ingest, load and first request / today',
  some: 'ingest, load and first request, 20 types / 5',
  many: 'ingest, load and first request, 50 types / 5',
};
/** Milliseconds of processor time of a whole process, its own start among it. */
const taken = z.object({ loaded: z.number(), first: z.number(), status: z.number().nullable() });
type Taken = z.output<typeof taken>;

export const loadGroup: Group = {
  name: 'load',
  shows: 'what a new environment costs before its first answer',
  rows: [
    { name: rows.ingest, now: 2.7, goal: { atMost: 2 }, unit: 'times' },
    { name: rows.consume, now: 3.5, goal: { atMost: 2.5 }, unit: 'times' },
    { name: rows.first, now: 1, goal: { atMost: 0.75 }, unit: 'times' },
    { name: rows.some, now: null, goal: null, unit: 'times' },
    { name: rows.many, now: null, goal: null, unit: 'times' },
  ],
  async run(world) {
    const { noToday } = world;
    const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    try {
      const load = await loadersOf(world, folder);
      const rounds = world.size === 'full' ? 11 : 2;
      const seen: Taken[][] = [[], [], [], [], [], []];
      const loaders = [load.hello, load.consume, () => load.ingest('present', FEW_TYPES)];
      loaders.push(...[SOME_TYPES, MANY_TYPES].map((types) => () => load.ingest('present', types)));
      if (noToday === undefined) loaders.push(() => load.ingest('today', FEW_TYPES));
      for (let round = -1; round < rounds; round++) {
        world.progress(`loading functions: round ${round + 1} of ${rounds}`);
        for (const [index, one] of loaders.entries()) {
          const took = await one();
          // The first round reads the files from the disk.
          if (round >= 0) seen[index]?.push(took);
        }
      }
      const [helloSeen = [], consume = [], ingest = [], some = [], many = [], today = []] = seen;
      const loaded = (all: readonly Taken[]) => all.map((one) => one.loaded);
      const first = (all: readonly Taken[]) => all.map((one) => one.first);
      const beside = 'CPU of the whole process, Node’s own start and its HTTP among it';
      return {
        [rows.ingest]: ratio(loaded(ingest), loaded(helloSeen), beside),
        [rows.consume]: ratio(loaded(consume), loaded(helloSeen), beside),
        [rows.first]: noToday === undefined ? ratio(first(ingest), first(today), beside) : { leftOut: noToday },
        [rows.some]: ratio(first(some), first(ingest), beside),
        [rows.many]: ratio(first(many), first(ingest), beside),
      } satisfies Record<string, Outcome>;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function loadersOf(world: World, folder: string) {
  const environment = (types: readonly string[]) => ({
    PATH: process.env.PATH,
    // As deployed.
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    SERVICE: 'bench',
    STAGE: 'local',
    EVENT_TYPES: types.join(','),
    EVENT_TYPE: ORDINARY,
    QUEUE_URL_PREFIX: `${world.sink.endpoint}/000000000000/bench-`,
    SQS_ENDPOINT: world.sink.endpoint,
    REDIS_URL: world.redisUrl,
    REDIS_TIMEOUT_MS: '5000',
    MONGODB_URI: world.mongoUri,
  });
  const once = async (file: string, env: NodeJS.ProcessEnv, event: readonly string[] = []): Promise<Taken> => {
    const { stdout } = await run(process.execPath, [program, file, ...event], { env });
    // Metrics are lines before it.
    return taken.parse(JSON.parse(stdout.slice(stdout.lastIndexOf('{"loaded"'))));
  };
  const ingest = async (side: Side, types: number): Promise<Taken> => {
    const names = [ORDINARY, ...copiesOf(types - 1)];
    const event = join(folder, 'event.json');
    const request = gatewayEvent({ headers: { 'content-type': 'application/json' }, body: ordinary() });
    await writeFile(event, JSON.stringify(request));
    const took = await once((await world.bundlesOf(side)).fileOf('ingest'), environment(names), [event]);
    if (took.status !== 202) throw new Error(`a first request was answered with ${took.status}`);
    return took;
  };
  const consumer = (await world.bundlesOf('present')).fileOf('consume');
  return {
    hello: () => once(hello, environment([ORDINARY])),
    consume: () => once(consumer, environment([ORDINARY])),
    ingest,
  };
}
