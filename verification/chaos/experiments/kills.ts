import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { eventKey } from '../../../lib/core/event-key.ts';
import { localKeys } from '../../../test/support/local-space.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { accountOf, evidenceOf, violationsOf } from '../harness/accounting.ts';
import { effectsInMongo, effectsInRedis } from '../harness/effects.ts';
import { drained } from '../harness/queues.ts';
import { randomFrom } from '../harness/random.ts';
import { type ChaosEvent, type Ledger, newLedger, sendArray } from '../harness/send.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';

const { claimKey } = localKeys;

const sizes = {
  full: { sluice: { events: 6000, kills: 120 }, control: { events: 1500, kills: 30 } },
  short: { sluice: { events: 400, kills: 8 }, control: { events: 400, kills: 8 } },
} as const;
const A_REQUEST = 50;
/** Sent again once its claim is forgotten, as after the window or a loss of Redis: SQS then holds it twice. */
const DUPLICATES = 0.2;
const DRAIN_MS = 240_000;

const file = 'lib/adapters/mongo/transaction.ts';
const outsideTransaction: readonly Patch[] = [
  {
    name: 'effects outside the transaction',
    file,
    search: 'operation({ session: inTransaction(), ...serverTime(ms) })',
    replace: 'operation({ ...serverTime(ms) } as never)',
  },
  {
    name: 'and inserts at once, outside of it',
    file,
    search: 'if (!inserts || closed ||',
    replace: 'if (!inserts || inserts ||',
  },
];

export const kills: Experiment = {
  name: 'kills',
  shows: 'Consumers are killed at random, a fifth of the events comes twice: every event has one effect',
  promises: ['P1', 'P2'],
  layer: 'whole path',
  control: { is: 'the handler writes outside the transaction that settles the event', patches: outsideTransaction },
  async run(run) {
    const stack = await startChaosStack(run);
    try {
      return await kill(stack, run);
    } finally {
      await stack.stop();
    }
  },
};

async function kill(stack: ChaosStack, { arm, size, seed, progress }: Run): Promise<Findings> {
  const { events: count, kills: least } = sizes[size][arm];
  const random = randomFrom(seed);
  const events = Array.from(
    { length: count },
    (_, index): ChaosEvent => ({
      id: `kills-${seed}-${index}`,
      type: 'chaos.counted',
      data: { work: random.below(20) },
    }),
  );
  const ledger = newLedger();
  let killed = 0;
  let sending = true;
  const killing = (async () => {
    while (sending || killed < least) {
      await wait(50 + random.below(200));
      const victims = stack.functionsOf('consume');
      if (victims.length === 0) continue;
      process.kill(random.pick(victims), 'SIGKILL');
      killed++;
      progress(`${ledger.acknowledged.size} of ${count} accepted, ${killed} kills`);
      // While it waits for what the dead held, there is nothing to kill; more events would be another experiment.
      if (!sending && (await effectsInMongo(stack.db)).size >= ledger.attempted.size) break;
    }
  })();
  await sendAll(stack, events, ledger, random);
  sending = false;
  await killing;
  const left = await drained(stack.engines.sqsEndpoint, DRAIN_MS, (more) =>
    progress(`${killed} kills; ${more} messages left`),
  );
  if (killed < least)
    throw new Error(`everything had settled after ${killed} of ${least} kills: too few events for a verdict`);
  const mongodb = accountOf(ledger.attempted, ledger.acknowledged, await effectsInMongo(stack.db));
  const redis = accountOf(ledger.attempted, ledger.acknowledged, await effectsInRedis(stack.engines.redisUrl));
  return {
    violations: {
      ...violationsOf(mongodb, 'MongoDB'),
      ...violationsOf(redis, 'Redis'),
      'messages left': left,
    },
    figures: {
      events: mongodb.attempted,
      acknowledged: mongodb.acknowledged,
      kills: killed,
      'sent twice': Math.round(count * DUPLICATES),
      recovered: mongodb.recovered.length,
    },
    evidence: [...evidenceOf(mongodb, 'MongoDB'), ...evidenceOf(redis, 'Redis')],
    engines: stack.engines.names,
  };
}

async function sendAll(
  stack: ChaosStack,
  events: readonly ChaosEvent[],
  ledger: Ledger,
  random: ReturnType<typeof randomFrom>,
) {
  const redis = new Redis(stack.engines.redisUrl);
  try {
    for (let start = 0; start < events.length; start += A_REQUEST) {
      const request = events.slice(start, start + A_REQUEST);
      await sendArray(stack.caller, request, ledger);
      const again = request.filter(() => random.chance(DUPLICATES));
      await Promise.all(again.map(({ id }) => redis.del(claimKey(eventKey('local', '/tenants/local', id)))));
      if (again.length > 0) await sendArray(stack.caller, again, ledger);
    }
  } finally {
    redis.disconnect();
  }
}
