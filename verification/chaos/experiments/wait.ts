import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { inParallel } from '../../../lib/core/in-parallel.ts';
import { localKeys } from '../../../test/support/local-space.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { randomFrom } from '../harness/random.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';
import { carryOutOne, edges, far, longest, near, plansOf, type Waited } from './wait-clients.ts';
import { judge, limits, REDIS_MS } from './wait-judge.ts';

const { allSlotsKey, tenantSlotsKey } = localKeys;

/** Waits with Redis near, with Redis far, and beside those of 25 s; and how many clients there are. */
const sizes = {
  full: {
    sluice: { near: 2200, far: 1200, longest: 4, clients: 6 },
    control: { near: 200, far: 100, longest: 0, clients: 6 },
  },
  short: {
    sluice: { near: 100, far: 30, longest: 0, clients: 4 },
    control: { near: 80, far: 30, longest: 0, clients: 6 },
  },
} as const;
/** How late Redis answers when it is far. */
const FAR_MS = 20;
const LEAK_MS = 5000;
/** As many as there are consumers: a batch of one keeps its consumer for as long. */
const SLOW_AT_ONCE = 2;

const commitTimes: Patch = {
  name: 'the time after the commit is written down',
  file: 'lib/adapters/mongo/transaction.ts',
  search:
    '          await commitWithin(atMost(timeoutMs), (ms) => bounded(ms, async () => session?.commitTransaction()));\n        return answer;',
  replace: `          await commitWithin(atMost(timeoutMs), (ms) => bounded(ms, async () => session?.commitTransaction()));
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
  alone: true,
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
      const one = await carryOutOne(stack.caller, plan);
      if (one) waited.push(one);
    });
    return waited;
  };
  // Functions and connections are cold at first.
  await Promise.all([attendTo('cold', 20, near, 20), attendTo('cold-edge', 2, edges, 2)]);
  const close = await attendTo('near', sizeOf.near, near, sizeOf.clients);
  stack.proxies.redis.mode = FAR_MS;
  // The longest have a consumer to themselves, as no edge comes beside them.
  const [slow, remote] = await Promise.all([
    attendTo('longest', sizeOf.longest, longest, SLOW_AT_ONCE),
    attendTo('far', sizeOf.far, far, sizeOf.clients),
  ]);
  const left = await leftBehind(stack);
  return {
    ...judge(close, [...slow, ...remote], await committed(stack), left, limits[size]),
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
