import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { eventKey } from '../../../lib/core/event-key.ts';
import { localKeys } from '../../../test/support/local-space.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { accountOf, evidenceOf, violationsOf } from '../harness/accounting.ts';
import { effectsInMongo } from '../harness/effects.ts';
import { drained } from '../harness/queues.ts';
import { randomFrom } from '../harness/random.ts';
import { newLedger, sendArray } from '../harness/send.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';
import { startWitness } from './brownouts-machine.ts';
import { begunRuns, firstRunOf, freezeAll } from './freeze-processes.ts';
import { costOfFresh, post, timed } from './freeze-requests.ts';
import { lastWriterWins } from './zombies.ts';

const { claimKey } = localKeys;

/** How often everything freezes, and for how many ms. */
const sizes = {
  full: { sluice: { rounds: 9, least: 5000, most: 10_000 }, control: { rounds: 3, least: 2500, most: 3500 } },
  short: { sluice: { rounds: 3, least: 2000, most: 2500 }, control: { rounds: 2, least: 2000, most: 2500 } },
} as const;
/** What happens to the connections of the frozen. */
const ways = ['cut', 'forgotten', 'as they were'] as const;
const EVENTS = 4;
const FRESH_SHARE = 1.5;
const REDIS_MS = { full: 200, short: 1000 } as const;
/** Of what a function needs, and what the machine adds: ingest claims and confirms, and a query asks MongoDB once. */
const budgetOf = (size: Run['size']) => ({ ingest: 2 * REDIS_MS[size] + 100, query: 2000 + 100 });
const BEGIN_MS = 30_000;
const DRAIN_MS = 60_000;

/** A gateway forgets a connection after minutes, and the adapters use none that rested so long; here both take a second. */
const shortRests: readonly Patch[] = [
  {
    name: "Redis's connections rest shortly",
    file: 'lib/adapters/redis/link.ts',
    search: 'IDLE_MS = 240_000',
    replace: 'IDLE_MS = 1000',
  },
  {
    name: "MongoDB's connections rest shortly",
    file: 'lib/adapters/mongo/client.ts',
    search: 'maxIdleTimeMS: 60_000',
    replace: 'maxIdleTimeMS: 1000',
  },
  {
    name: "SQS's connections rest shortly",
    file: 'lib/adapters/sqs/connections.ts',
    search: 'IDLE_MS = 60_000',
    replace: 'IDLE_MS = 1000',
  },
];

export const freeze: Experiment = {
  name: 'freeze',
  shows:
    'Functions are frozen while their connections are cut or forgotten: the first request afterwards is answered, and whoever was frozen in the middle of a run changes nothing',
  promises: ['P2', 'P3', 'P6'],
  layer: 'whole path',
  alone: true,
  control: { is: 'a settled event may be settled again: the last run wins', patches: lastWriterWins },
  instruments: shortRests,
  async run(run) {
    const stack = await startChaosStack(run, {
      environment: { REDIS_TIMEOUT_MS: String(REDIS_MS[run.size]) },
      mappingsPast: true,
    });
    const redis = new Redis(stack.engines.redisUrl);
    try {
      return await freezeAndThaw(stack, redis, run);
    } finally {
      redis.disconnect();
      await stack.stop();
    }
  },
};

async function freezeAndThaw(stack: ChaosStack, redis: Redis, { arm, size, seed, progress }: Run): Promise<Findings> {
  const { rounds, least, most } = sizes[size][arm];
  const random = randomFrom(seed);
  const ledger = newLedger();
  const broken = { 'errors after a thaw': 0, 'late after a thaw': 0 };
  const evidence: string[] = [];
  const first = `freeze-${seed}-first`;
  await sendArray(stack.caller, [{ id: first, type: 'chaos.slow', data: { work: 0 } }], ledger);
  await firstRunOf(stack, new Set([first]), BEGIN_MS);
  await settled(stack, [first], BEGIN_MS);

  let asked = 0;
  const askBoth = () =>
    Promise.all([
      timed('ingest', () => {
        const id = `freeze-${seed}-one-${asked++}`;
        ledger.attempted.add(id);
        return post(stack.caller, id).then((response) => {
          if (response.status === 202) ledger.acknowledged.add(id);
          return response;
        });
      }),
      timed('query', () => stack.caller.fetch(`/events/${first}`, { signal: AbortSignal.timeout(20_000) })),
    ]);
  const fresh = await costOfFresh(stack, askBoth);
  const after: number[] = [];
  let zombies = 0;
  for (let round = 0; round < rounds; round++) {
    const way = ways[round % ways.length] ?? 'cut';
    progress(`round ${round + 1} of ${rounds}, ${way}`);
    const ids = Array.from({ length: EVENTS }, (_, index) => `freeze-${seed}-${round}-${index}`);
    const events = ids.map((id) => ({ id, type: 'chaos.slow', data: { work: 600 + random.below(600) } }));
    await sendArray(stack.caller, events, ledger);
    const victim = await firstRunOf(stack, new Set(ids), BEGIN_MS);
    const thawConsumer = freezeAll([victim]);
    const held = (await begunRuns(stack)).filter(({ event, pid }) => ids.includes(event) && pid === victim);
    // SQS delivers what it holds at least once: here twice, and another consumer has it.
    await Promise.all(ids.map((id) => redis.del(claimKey(eventKey('local', '/tenants/local', id)))));
    await sendArray(stack.caller, events, ledger);
    const frozen = [...stack.functionsOf('ingest'), ...stack.functionsOf('query')];
    if (frozen.length < 2) throw new Error('ingest or query had no process to freeze');
    const thaw = freezeAll(frozen);
    await wait(least + random.below(most - least));
    const names = held.map(({ event }) => event);
    await settled(stack, names, BEGIN_MS);
    zombies += names.length;
    for (const proxy of Object.values(stack.proxies)) {
      if (way === 'cut') proxy.cut();
      if (way === 'forgotten') proxy.forget();
    }
    const witness = await startWitness(stack.caller);
    thaw();
    thawConsumer();
    const begun = performance.now();
    for (const { of, status, ms } of await askBoth()) {
      const bound = budgetOf(size)[of] + FRESH_SHARE * fresh[of] + witness.slowestSince(begun);
      after.push(ms / fresh[of]);
      const text = `${of}, ${way}: ${status} after ${Math.round(ms)} ms of ${Math.round(bound)}`;
      if (status !== 200 && status !== 202) {
        broken['errors after a thaw']++;
        evidence.push(`error: ${text}`);
      } else if (ms > bound) {
        broken['late after a thaw']++;
        evidence.push(`late: ${text}`);
      }
    }
    await witness.stop();
  }
  if (zombies < rounds) throw new Error(`only ${zombies} events were run by another while their first run was frozen`);
  const left = await drained(stack.engines.sqsEndpoint, DRAIN_MS, (more) => progress(`${more} messages left`));
  const account = accountOf(ledger.attempted, ledger.acknowledged, await effectsInMongo(stack.db));
  const failures = await stack.db.collection('failures').countDocuments();
  return {
    violations: { ...broken, ...violationsOf(account, 'MongoDB'), 'dead letters': failures, 'messages left': left },
    figures: {
      freezes: rounds,
      'events run by another meanwhile': zombies,
      'median first answer over one on fresh connections': ratio(after.toSorted((a, b) => a - b)[after.length >> 1]),
      'slowest first answer over one on fresh connections': ratio(Math.max(...after)),
    },
    evidence: [...evidence.slice(0, 6), ...evidenceOf(account, 'MongoDB')],
    engines: stack.engines.names,
  };
}

const ratio = (value = Number.NaN): number => Math.round(value * 100) / 100;

/** @throws Error when one of them has no effect in time */
async function settled({ db }: ChaosStack, ids: readonly string[], ms: number): Promise<void> {
  const end = performance.now() + ms;
  while ((await db.collection('effects').distinct('event', { event: { $in: [...ids] } })).length < ids.length) {
    if (performance.now() > end) throw new Error(`not settled in time: ${ids.join(', ')}`);
    await wait(20);
  }
}
