import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { connectMongo } from '../../../lib/adapters/mongo/client.ts';
import { mongoSettledRecords } from '../../../lib/adapters/mongo/settled-records.ts';
import { recompute, type Structure } from '../../../lib/projections/recompute.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { accountOf, evidenceOf, violationsOf } from '../harness/accounting.ts';
import { differencesIn } from '../harness/compare-projections.ts';
import { effectsInMongo } from '../harness/effects.ts';
import { startFlow } from '../harness/flow.ts';
import { declaredProjections, type ProjectedEvent, projectedEvent, structuresOf } from '../harness/projected.ts';
import { runProjections } from '../harness/projections-command.ts';
import { drained } from '../harness/queues.ts';
import { type Random, randomFrom } from '../harness/random.ts';
import { newLedger, sendArray } from '../harness/send.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';

const sizes = {
  full: { sluice: { events: 5000, aSecond: 100 }, control: { events: 1200, aSecond: 100 } },
  short: { sluice: { events: 300, aSecond: 60 }, control: { events: 400, aSecond: 80 } },
} as const;
/** Part of the events after which Redis is emptied first. */
const FIRST = { least: 0.5, most: 0.8 };
/** At most so long after the first rebuild has announced its generations it is emptied again. */
const INTO_MS = 200;
/** Sent again each time that Redis has forgotten their claims: SQS then holds them twice. */
const AGAIN = 40;
const DRAIN_MS = 120_000;

const naive: readonly Patch[] = [
  {
    name: 'a rebuild empties what is there',
    file: 'lib/adapters/redis/generations.ts',
    search: '    announce: async (tenant, projection, kind) => {\n',
    replace: `    announce: async (tenant, projection, kind) => {
      for await (const keys of scanKeys(config, projectionPattern(projection)))
        await Promise.all(keys.map((key) => connection.command('UNLINK', [key])));
      return { tenant, projection, current: '0', coming: '0' };
`,
  },
  {
    name: 'records are applied without guards',
    file: 'lib/adapters/redis/generations.ts',
    search:
      'const generations = { stored: storedOf(to), live: [to.coming] };\n      const applied = await applyCommands(connection, to, [{ eventKey, ...changes }],',
    replace:
      "const generations = { stored: '0', live: ['0'] };\n      const applied = await applyCommands(connection, to, [{ eventKey: randomBytes(6).toString('hex'), ...changes }],",
  },
  {
    name: 'records are read fifty at a time',
    file: 'lib/adapters/mongo/settled-records.ts',
    search: 'const PAGE = 1000;',
    replace: 'const PAGE = 50;',
  },
  {
    name: 'nothing to switch',
    file: 'lib/adapters/redis/generations.ts',
    search: '    switch: async (to, kind, keys) => {\n',
    replace: '    switch: async (to, kind, keys) => {\n      if (to.coming === to.current) return 0;\n',
  },
];

export const emptied: Experiment = {
  name: 'emptied',
  shows:
    'Redis is emptied under load, twice: projections rebuilt meanwhile from MongoDB equal a recomputation from the events',
  promises: ['P2', 'P6'],
  layer: 'whole path',
  control: {
    is: 'a rebuild empties the projections and replays the records, without a second generation and without guards',
    patches: naive,
  },
  async run(run) {
    const stack = await startChaosStack(run);
    const redis = new Redis(stack.engines.redisUrl);
    try {
      return await empty(stack, redis, run);
    } finally {
      redis.disconnect();
      await stack.stop();
    }
  },
};

async function empty(stack: ChaosStack, redis: Redis, { arm, size, seed, progress }: Run): Promise<Findings> {
  const { events: count, aSecond } = sizes[size][arm];
  const [random, randomEvents] = [randomFrom(seed), randomFrom(seed + 1)];
  const ledger = newLedger();
  const sent = new Map<string, ProjectedEvent>();
  const flow = startFlow(stack.caller, aSecond, ledger, (index) => {
    const event = projectedEvent(`emptied-${seed}-${index}`, randomEvents, 5);
    sent.set(event.id, event);
    return event;
  });
  /** Whoever repeats a request after this meets an ingest that does not know the ids any more. */
  const flushAll = async () => {
    await redis.flushall();
    const again = random.shuffled([...ledger.acknowledged]).slice(0, AGAIN);
    await sendArray(
      stack.caller,
      again.flatMap((id) => sent.get(id) ?? []),
      ledger,
    );
  };
  await flow.reached(Math.floor(count * (FIRST.least + random.next() * (FIRST.most - FIRST.least))));
  const before = ledger.acknowledged.size;
  const losses = await loseTwice(stack, flushAll, random, (what) => progress(`${sent.size} events; ${what}`));
  const during = ledger.acknowledged.size - before;
  if (during === 0) throw new Error('no event was accepted while projections were rebuilt');
  await flow.end(count);
  const left = await drained(stack.engines.sqsEndpoint, DRAIN_MS, (more) => progress(`${more} messages left`));

  const account = accountOf(ledger.attempted, ledger.acknowledged, await effectsInMongo(stack.db));
  const effective = [...ledger.acknowledged, ...account.recovered].flatMap((id) => sent.get(id) ?? []);
  const structures = structuresOf(effective);
  const byEvents = await differencesIn(stack.engines.redisUrl, structures);
  const byRecords = await differencesIn(stack.engines.redisUrl, await toldByRecords(stack));
  const answers = [...ledger.statuses.values()].reduce((sum, one) => sum + one, 0);
  return {
    violations: {
      ...violationsOf(account, 'MongoDB'),
      'in Redis not as the events tell': byEvents.length,
      'in Redis not as the records tell': byRecords.length,
      'losses that a rebuild missed': losses.missed,
      'answers other than 202': answers - (ledger.statuses.get(202) ?? 0),
      'messages left': left,
    },
    figures: {
      events: account.attempted,
      'sent twice': 2 * AGAIN,
      'times emptied': 2,
      rebuilds: losses.rebuilds,
      'rebuilds that began again': losses.begunAgain,
      'accepted from the first loss to the last rebuild': during,
      'structures compared': structures.size,
      recovered: account.recovered.length,
    },
    evidence: [
      ...evidenceOf(account, 'MongoDB'),
      ...byEvents.slice(0, 5).map((line) => `by the events: ${line}`),
      ...byRecords.slice(0, 5).map((line) => `by the records: ${line}`),
    ],
    engines: stack.engines.names,
  };
}

/** Once before a rebuild, and once into it; a rebuild that had looked its last before that is followed by another one. */
async function loseTwice(
  stack: ChaosStack,
  flushAll: () => Promise<void>,
  random: Random,
  progress: (what: string) => void,
) {
  await flushAll();
  progress('emptied');
  await wait(random.below(500));
  const first = runProjections(stack, 'rebuild');
  await first.said('coming generations announced');
  await wait(random.below(INTO_MS));
  const atLoss = first.lines.length;
  await flushAll();
  progress('emptied again');
  await first.ended;
  const begunAgain = first.lines.some((line) => line.includes('the rebuild begins again'));
  if (begunAgain) return { rebuilds: 1, begunAgain: 1, missed: 0 };
  // With two more pages before it the switch was still to come.
  const pages = first.lines.slice(atLoss).filter((line) => line.startsWith('records applied')).length;
  await runProjections(stack, 'rebuild').ended;
  return { rebuilds: 2, begunAgain: 0, missed: pages > 2 ? 1 : 0 };
}

/** By the way that rebuilds and checks go, but without Redis. */
async function toldByRecords({ engines, db }: ChaosStack): Promise<Map<string, Structure>> {
  const mongo = connectMongo({ uri: engines.mongoUri, database: db.databaseName, timeoutMs: 10_000 });
  try {
    return await recompute(mongoSettledRecords(mongo), declaredProjections, Date.now());
  } finally {
    await mongo.close();
  }
}
