import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { eventKey } from '../../../lib/event-key.ts';
import { inParallel } from '../../../lib/in-parallel.ts';
import { allSlotsKey, tenantSlotsKey } from '../../../lib/redis-keys.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { randomFrom } from '../harness/random.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';
import { carryOutOne, edges, far, longest, moments, near, plansOf, type Waited } from './wait-clients.ts';

/** Waits with Redis near, with Redis far, and of 25 s; and how many clients there are. */
const sizes = {
  full: {
    sluice: { near: 7000, far: 2980, longest: 20, clients: 16 },
    control: { near: 200, far: 100, longest: 0, clients: 8 },
  },
  short: {
    sluice: { near: 100, far: 30, longest: 0, clients: 4 },
    control: { near: 80, far: 30, longest: 0, clients: 6 },
  },
} as const;
/** How late Redis answers when it is far. */
const FAR_MS = 20;
const REDIS_MS = 200;
/** Before the time is over Redis's budget is kept for a last look. */
const LAST_LOOK_MS = REDIS_MS;
/** Beside the wait a request may take this: claims, confirms, a place to wait and back; and what the machine adds. */
const BESIDE_MS = 4 * REDIS_MS + 500;
/** What a wake-up may take, in medians of all, and ms besides, before it counts as missed. */
const SLOWNESS = { medians: 10, ms: 100 };
/** Of the median of asking each 100 ms. The short form, beside other tests, is of what is missed. */
const SHARE = { full: 0.2, short: 0.6 } as const;
const LEAK_MS = 5000;
/** What consumers can run at a time. */
const SLOW_AT_ONCE = 10;

const commitTimes: Patch = {
  name: 'the time after the commit is written down',
  file: 'lib/adapters/mongo/transaction.ts',
  search: '          await bounded(timeoutMs, async () => session?.commitTransaction());\n        return answer;',
  replace: `          await bounded(timeoutMs, async () => session?.commitTransaction());
        if (answer === 'settled')
          for (const { key } of settlements)
            console.log(JSON.stringify({ level: 'INFO', message: 'committed', key, at: Date.now() }));
        return answer;`,
};

const readThenSubscribe: readonly Patch[] = [
  {
    name: 'what is there is read before the subscription',
    file: 'lib/adapters/redis/waiters.ts',
    search: '      await this.#enter(channel, waiter, Math.min(this.#timeoutMs, ms));\n',
    replace: `      const early = await inTime(look(), end);
      if (early !== null) return early;
      await this.#enter(channel, waiter, Math.min(this.#timeoutMs, ms));
`,
  },
  {
    name: 'and not after it',
    file: 'lib/adapters/redis/waiters.ts',
    search:
      '      for (let last = false; ; ) {\n        waiter.listen();\n        const found = await inTime(look(), end);',
    replace:
      '      for (let last = false, read = true; ; read = false) {\n        waiter.listen();\n        const found = read ? null : await inTime(look(), end);',
  },
];

export const wait: Experiment = {
  name: 'wait',
  shows:
    'The result comes before, while and after somebody begins to wait, at the last moment, and when the client is gone: nobody waits in vain, nothing stays behind',
  promises: ['P6'],
  layer: 'whole path',
  control: { is: 'read what is there, then subscribe', patches: readThenSubscribe },
  instruments: [commitTimes],
  async run(run) {
    const environment = { REDIS_TIMEOUT_MS: String(REDIS_MS), WAITS_PER_TENANT: '400' };
    const stack = await startChaosStack(run, { environment });
    try {
      return await attend(stack, run);
    } finally {
      await stack.stop();
    }
  },
};

async function attend(stack: ChaosStack, { arm, size, seed, progress }: Run): Promise<Findings> {
  const sizeOf = sizes[size][arm];
  const random = randomFrom(seed);
  let begun = 0;
  const attendTo = async (name: string, count: number, shares: typeof near, clients: number): Promise<Waited[]> => {
    const waited: Waited[] = [];
    await inParallel(plansOf(`${name}-${seed}`, count, shares, random), clients, async (plan) => {
      if (begun++ % 50 === 0) progress(`${begun} waits`);
      const one = await carryOutOne(stack.api, plan);
      if (one) waited.push(one);
    });
    return waited;
  };
  // Functions and connections are cold at first.
  await Promise.all([attendTo('cold', 20, near, 20), attendTo('cold-edge', 2, edges, 2)]);
  const [close, slow] = [
    await attendTo('near', sizeOf.near, near, sizeOf.clients),
    await attendTo('longest', sizeOf.longest, longest, SLOW_AT_ONCE),
  ];
  stack.proxies.redis.mode = FAR_MS;
  const remote = await attendTo('far', sizeOf.far, far, sizeOf.clients);
  const left = await leftBehind(stack);
  return {
    ...judge(close, [...slow, ...remote], await committed(stack), left, SHARE[size]),
    engines: stack.engines.names,
  };
}

/** When each event was committed, in epoch ms, by its key. */
async function committed(stack: ChaosStack): Promise<Map<string, number>> {
  const lines = (await stack.logged()).matchAll(/\{"level":"INFO","message":"committed","key":"([^"]+)","at":(\d+)\}/g);
  return new Map([...lines].map(([, key = '', at]) => [key, Number(at)]));
}

/** Channels, places and connections that somebody still holds when nobody waits any more. */
async function leftBehind({ engines }: ChaosStack): Promise<Record<'channels' | 'places', number>> {
  const redis = new Redis(engines.redisUrl);
  const look = async () => ({
    channels: ((await redis.pubsub('CHANNELS', '*')) as unknown[]).length,
    places: (await redis.zcard(tenantSlotsKey('local'))) + (await redis.zcard(allSlotsKey)),
  });
  try {
    // A client that went away leaves its request behind, which waits on to its end.
    const end = performance.now() + LEAK_MS;
    for (;;) {
      const found = await look();
      if ((found.channels === 0 && found.places === 0) || performance.now() > end) return found;
      await pause(50);
    }
  } finally {
    redis.disconnect();
  }
}

type Judged = Omit<Findings, 'engines'>;

/** @param close by those medians are judged */
function judge(
  close: readonly Waited[],
  others: readonly Waited[],
  commits: ReadonlyMap<string, number>,
  left: Record<'channels' | 'places', number>,
  share: number,
): Judged {
  const waited = [...close, ...others];
  const commitOf = ({ id }: Waited): number | undefined => commits.get(eventKey('local', '/tenants/local', id));
  const answers = waited.filter(({ moment }) => moment !== 'polled');
  /** From the commit to the answer, of those that were told after they had asked. */
  const latencies = (all: readonly Waited[]): number[] =>
    all.flatMap((one) => {
      const commit = commitOf(one) ?? 0;
      return one.says === 'succeeded' && commit >= one.asked ? [one.answered - commit] : [];
    });
  const told = latencies(close.filter(({ moment }) => moment !== 'polled'));
  const polled = latencies(close.filter(({ moment }) => moment === 'polled'));
  const [waking, polling] = [median(told), median(polled)];
  const margin = SLOWNESS.medians * waking + SLOWNESS.ms;
  const missed = answers.filter((one) => {
    const lastLook = one.asked + one.wait * 1000 - LAST_LOOK_MS;
    const late = one.says !== 'succeeded' || one.answered >= lastLook;
    return late && (commitOf(one) ?? Number.POSITIVE_INFINITY) + margin < lastLook;
  });
  const wrong = waited.filter(
    ({ status, says }) => ![200, 202].includes(status) || !['succeeded', 'accepted', 'retrying'].includes(says),
  );
  const late = answers.filter(({ asked, answered, wait }) => answered - asked > wait * 1000 + BESIDE_MS);
  if (told.length < 20 || polled.length < 8)
    throw new Error(`only ${told.length} were told and ${polled.length} polled`);
  const shown = (one: Waited): string =>
    `${one.id} (${one.moment}, wait ${one.wait}, work ${one.work}): ${one.status} ${one.says} after ${one.answered - one.asked} ms, committed at ${(commitOf(one) ?? Number.NaN) - one.asked} ms`;
  return {
    violations: {
      'missed wake-ups': missed.length,
      'channels left behind': left.channels,
      'places left behind': left.places,
      'answered too late': late.length,
      'wrong answers': wrong.length,
      'median over its share of polling': waking <= share * polling ? 0 : 1,
    },
    figures: {
      waits: answers.length,
      ...Object.fromEntries(
        moments.map((moment) => [`settled: ${moment}`, count(waited, moment, (one) => one.says === 'succeeded')]),
      ),
      'not settled in time': answers.filter(({ says }) => says !== 'succeeded').length,
      'woken after the commit, ms (median)': waking,
      'polled after the commit, ms (median)': polling,
      'woken over polled (median)': Math.round((100 * waking) / polling) / 100,
    },
    evidence: [
      ...missed.slice(0, 4).map((one) => `missed: ${shown(one)}`),
      ...late.slice(0, 3).map((one) => `late: ${shown(one)}`),
      ...wrong.slice(0, 3).map((one) => `wrong: ${shown(one)}`),
    ],
  };
}

const count = (waited: readonly Waited[], moment: string, holds: (one: Waited) => boolean): number =>
  waited.filter((one) => one.moment === moment && holds(one)).length;

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
