import { setTimeout as wait } from 'node:timers/promises';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { accountOf, evidenceOf, violationsOf } from '../harness/accounting.ts';
import { chargedAttempts } from '../harness/attempts.ts';
import { differencesIn } from '../harness/compare-projections.ts';
import { effectsInMongo } from '../harness/effects.ts';
import { killNowAndThen } from '../harness/kill-consumers.ts';
import { medianMs, ratio, slowestMs } from '../harness/latency.ts';
import { type MixedLoad, startMixedLoad } from '../harness/mixed-load.ts';
import { orderAccount } from '../harness/order.ts';
import { type Absence, type Outage, takeAway } from '../harness/outages.ts';
import { structuresOf } from '../harness/projected.ts';
import { drained } from '../harness/queues.ts';
import { randomFrom } from '../harness/random.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';

interface Sizes {
  /** Of each outage. */
  seconds: number;
  aSecond: number;
  /** Seconds from one kill to the next, at least; at most twice as many. */
  kills: number;
}
const sizes: Record<Run['size'], Record<Run['arm'], Sizes>> = {
  full: { sluice: { seconds: 120, aSecond: 50, kills: 6 }, control: { seconds: 12, aSecond: 20, kills: 4 } },
  short: { sluice: { seconds: 6, aSecond: 20, kills: 2 }, control: { seconds: 8, aSecond: 20, kills: 3 } },
};
const BEFORE_MS = {
  full: { sluice: 15_000, control: 3000 },
  short: { sluice: 3000, control: 3000 },
} as const;
const BETWEEN_MS = 1000;
/** What a request waits for a Redis that does not answer: to claim, and to confirm. */
const REDIS_MS = 1000;
const WAITS = 2;
/** What comes to that on a quiet machine; on a busy one as much as the slowest answer took while nothing was away. */
const MARGIN_MS = 2000;
/** How long everything may take that waited: of 6,000 events, on a machine that does other things besides. */
const DRAIN_MS = {
  full: { sluice: 360_000, control: 120_000 },
  short: { sluice: 60_000, control: 60_000 },
} as const;

const everyErrorCounts: readonly Patch[] = [
  {
    name: 'every error is an attempt',
    file: 'lib/consume/verdict.ts',
    search: "if (!(await ping[dependency]())) return { kind: 'infrastructure', error };",
    replace: 'await ping[dependency]();',
  },
  {
    name: 'the queue gives up after three receives',
    file: 'deploy/queues.ts',
    search: 'MAX_RECEIVE_COUNT = 1000',
    replace: 'MAX_RECEIVE_COUNT = 3',
  },
];

export const outage: Experiment = {
  name: 'outage',
  shows:
    'MongoDB is away, then Redis, consumers are killed meanwhile: ingest accepts everything, nothing becomes a dead letter, all is done afterwards, in its order',
  promises: ['P1', 'P2', 'P6', 'P9'],
  layer: 'whole path',
  control: { is: 'every error and every third receive counts against the event', patches: everyErrorCounts },
  async run(run) {
    const environment = { REDIS_TIMEOUT_MS: String(REDIS_MS), MONGODB_TIMEOUT_MS: '1500' };
    const stack = await startChaosStack(run, { environment });
    try {
      return await endure(stack, run);
    } finally {
      await stack.stop();
    }
  },
};

const dependencies = ['mongodb', 'redis'] as const;
type Each<Value> = Record<(typeof dependencies)[number], Value>;

/** How one outage went. */
interface Endured extends Outage {
  ways: string;
  kills: number;
  accepted: number;
  /** From its end until no queue held anything; absent where nobody waited for that. */
  drainSeconds?: number;
}

async function endure(stack: ChaosStack, { arm, size, seed, progress }: Run): Promise<Findings> {
  const { seconds, aSecond, kills } = sizes[size][arm];
  const random = randomFrom(seed);
  const load = startMixedLoad(stack.caller, aSecond, randomFrom(seed + 1));
  await wait(BEFORE_MS[size][arm]);

  const first = random.shuffled<Absence>(['closed port', 'black hole']);
  let left = 0;
  const one = async (dependency: keyof Each<unknown>): Promise<Endured> => {
    load.resume();
    const ways = dependency === 'mongodb' ? first : first.toReversed();
    progress(`${dependency} is away`);
    const over = new AbortController();
    const killing = killNowAndThen(stack, random, kills, over.signal);
    const before = load.ledger.acknowledged.size;
    const away = await takeAway(stack.proxies[dependency], ways, seconds * 1000);
    over.abort();
    const accepted = load.ledger.acknowledged.size - before;
    const killed = await killing;
    const endured = { ...away, ways: ways.join(', then '), kills: killed, accepted };
    if (killed === 0) throw new Error(`no consumer was killed while ${dependency} was away`);
    // In the short form what waits for the end of the first outage meets the second.
    if (size === 'short' && dependency === 'mongodb') {
      await wait(BETWEEN_MS);
      return endured;
    }
    await load.pause();
    left += await drained(stack.engines.sqsEndpoint, DRAIN_MS[size][arm], (more) =>
      progress(`${dependency} is back, ${more} messages left`),
    );
    return { ...endured, drainSeconds: Math.round((Date.now() - away.to) / 1000) };
  };
  const outages: Each<Endured> = { mongodb: await one('mongodb'), redis: await one('redis') };
  return findings(stack, load, outages, left);
}

async function findings(stack: ChaosStack, load: MixedLoad, outages: Each<Endured>, left: number): Promise<Findings> {
  const { ledger, projected, answers } = load;
  const free = (ids: ReadonlySet<string>) => new Set([...ids].filter((id) => projected.has(id)));
  const account = accountOf(free(ledger.attempted), free(ledger.acknowledged), await effectsInMongo(stack.db));
  const effective = [...free(ledger.acknowledged), ...account.recovered].flatMap((id) => projected.get(id) ?? []);
  const places = await differencesIn(stack.engines.redisUrl, structuresOf(effective));
  const order = await orderAccount(stack.db, load.accepted(), load.sequences);
  const failures = await stack.db.collection('failures').find().toArray();
  const attempts = await chargedAttempts(stack);
  const during = attempts.filter(({ at, code }) =>
    dependencies.some((one) => code === `${one}-unavailable` && within(outages[one], at)),
  );
  const said = [...ledger.statuses.values()].reduce((sum, count) => sum + count, 0);
  const away = ({ at }: { at: number }) => dependencies.some((one) => within(outages[one], at));
  const before = medianMs(answers.filter(({ at }) => at < outages.mongodb.from));
  const median = (one: Outage) => medianMs(answers.filter(({ at }) => within(one, at)));
  const budget = WAITS * REDIS_MS + Math.max(MARGIN_MS, slowestMs(answers.filter((one) => !away(one))));
  return {
    violations: {
      'answers other than 202': said - (ledger.statuses.get(202) ?? 0),
      'answers over the budget': answers.filter((one) => away(one) && one.ms > budget).length,
      'dead letters': failures.length,
      'attempts charged to an outage': during.length,
      'messages left': left,
      ...violationsOf(account, 'MongoDB'),
      'in Redis not as the events tell': places.length,
      'lost of a group': order.lost.length,
      'double in a group': order.double.length,
      'out of order': order.early.length,
    },
    figures: {
      events: ledger.attempted.size,
      'with an order': ledger.attempted.size - account.attempted,
      groups: load.sequences.size,
      ...of('MongoDB', outages.mongodb),
      ...of('Redis', outages.redis),
      'slowest answer over the budget': ratio(slowestMs(answers.filter(away)), budget),
      "median answer in MongoDB's outage over before": ratio(median(outages.mongodb), before),
      "median answer in Redis's outage over before": ratio(median(outages.redis), before),
      'attempts charged at other times': attempts.length - during.length,
      recovered: account.recovered.length,
    },
    evidence: [
      ...failures.slice(0, 3).map(({ eventKey, cause, message }) => `dead letter: ${eventKey} ${cause} ${message}`),
      ...evidenceOf(account, 'MongoDB'),
      ...Object.entries<string[]>({ ...order }).flatMap(([what, names]) =>
        names.slice(0, 3).map((name) => `${what}: ${name}`),
      ),
      ...places.slice(0, 3),
      ...attempts.slice(0, 5).map(({ id, at, code }) => `attempt: ${id} ${new Date(at).toISOString()} ${code}`),
    ],
    engines: stack.engines.names,
  };
}

const within = ({ from, to }: Outage, at: number): boolean => at >= from && at < to;

const of = (name: string, { from, to, ways, kills, accepted, drainSeconds }: Endured) => ({
  [`seconds without ${name}`]: Math.round((to - from) / 1000),
  [`without ${name}`]: ways,
  [`accepted a second without ${name}`]: Math.round((10_000 * accepted) / (to - from)) / 10,
  [`kills without ${name}`]: kills,
  ...(drainSeconds !== undefined && { [`seconds until drained after ${name}`]: drainSeconds }),
});
