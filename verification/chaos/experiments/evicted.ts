import { Redis } from 'ioredis';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { accountOf, evidenceOf, violationsOf } from '../harness/accounting.ts';
import { differencesIn } from '../harness/compare-projections.ts';
import { effectsInMongo } from '../harness/effects.ts';
import { EVICTING, evictedKeys, limitMemory, type Policy, STEADY, usedBytes } from '../harness/evicting-redis.ts';
import { startFlow } from '../harness/flow.ts';
import { type ProjectedEvent, projectedEvent, structuresOf } from '../harness/projected.ts';
import { runProjections } from '../harness/projections-command.ts';
import { drained } from '../harness/queues.ts';
import { randomFrom } from '../harness/random.ts';
import { newLedger } from '../harness/send.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';

const sizes = { full: { events: 600, aSecond: 80 }, short: { events: 500, aSecond: 60 } } as const;
/** Before memory is limited, so that what processes and connections take is not counted. */
const WARM = 100;
/** Ids that are sent again, the oldest, in the same form and in another. */
const AGAIN = 40;
const DRAIN_MS = 120_000;

const evicting: Patch = {
  name: 'a Redis that evicts',
  file: 'verification/chaos/harness/evicting-redis.ts',
  search: "STEADY: Policy = 'noeviction'",
  replace: "STEADY: Policy = 'allkeys-lru'",
};

export const evicted: Experiment = {
  name: 'evicted',
  shows:
    'Redis is full and evicts: effects in MongoDB are once and results are found all the same; under noeviction projections and answers hold too',
  promises: ['P1', 'P2', 'P6', 'P7'],
  layer: 'whole path',
  control: { is: 'what holds under noeviction is asked of a Redis that evicts (allkeys-lru)', patches: [evicting] },
  async run(run) {
    const phases: Phase[] = [];
    for (const policy of run.arm === 'control' ? [STEADY] : [STEADY, ...EVICTING])
      phases.push(await phaseOf(policy, { ...run, progress: (text) => run.progress(`${policy}: ${text}`) }));
    const [steady] = phases;
    if (!steady) throw new Error('there is always a first phase');
    return {
      violations: {
        ...sumOf(phases.map(({ always }) => always)),
        ...Object.fromEntries(
          Object.entries(steady.measured).map(([name, count]) => [`under noeviction: ${name}`, count]),
        ),
      },
      figures: {
        'events for each policy': sizes[run.size].events,
        'sent again, in the same form and in another': AGAIN,
        ...Object.fromEntries(
          phases.flatMap(({ policy, measured }) =>
            Object.entries(measured).map(([name, count]) => [`${policy}: ${name}`, count]),
          ),
        ),
        'noeviction: bytes of Redis an event': steady.bytes,
      },
      evidence: phases.flatMap(({ evidence }) => evidence).slice(0, 10),
      engines: steady.engines,
    };
  },
};

/** One policy, from its beginning to its rebuild. */
interface Phase {
  policy: Policy;
  /** What must be 0, whatever Redis does. */
  always: Record<string, number>;
  /** What eviction may cost. */
  measured: Record<string, number>;
  /** Of Redis, for each event; where nothing is evicted it is what an event needs. */
  bytes: number;
  evidence: readonly string[];
  engines: Findings['engines'];
}

async function phaseOf(policy: Policy, run: Run): Promise<Phase> {
  const stack = await startChaosStack(run, { redis: 'found' });
  const redis = new Redis(stack.engines.redisUrl);
  try {
    return await fill(stack, redis, policy, run);
  } finally {
    redis.disconnect();
    await stack.stop();
  }
}

async function fill(stack: ChaosStack, redis: Redis, policy: Policy, run: Run): Promise<Phase> {
  const { seed, size, progress } = run;
  const { events: count, aSecond } = sizes[size];
  const random = randomFrom(seed);
  const ledger = newLedger();
  const sent = new Map<string, ProjectedEvent>();
  const drain = () => drained(stack.engines.sqsEndpoint, DRAIN_MS, (more) => progress(`${more} messages left`));
  const flow = startFlow(stack.caller, aSecond, ledger, (index) => {
    const event = projectedEvent(`evicted-${policy}-${seed}-${index}`, random, 5);
    sent.set(event.id, event);
    return event;
  });
  await flow.reached(WARM);
  await limitMemory(redis, policy);
  const [usedBefore, sentBefore] = [await usedBytes(redis), sent.size];
  await flow.end(count);
  await drain();
  const bytes = Math.round(((await usedBytes(redis)) - usedBefore) / (sent.size - sentBefore));
  const oldest = [...ledger.acknowledged].flatMap((id) => sent.get(id) ?? []);
  const again = await sendAgain(stack, oldest.slice(0, AGAIN), oldest.slice(AGAIN, 2 * AGAIN));
  const left = await drain();

  const account = accountOf(ledger.attempted, ledger.acknowledged, await effectsInMongo(stack.db));
  const recorded = await stack.db.collection('failures').countDocuments({ cause: 'id-reused' });
  const structures = structuresOf([...ledger.acknowledged, ...account.recovered].flatMap((id) => sent.get(id) ?? []));
  const gone = await evictedKeys(redis);
  // From here on nothing more is evicted, and there is room to compare.
  await limitMemory(redis, 'noeviction');
  const differing = await differencesIn(stack.engines.redisUrl, structures);
  progress('rebuild');
  await runProjections(stack, 'rebuild').ended;
  const afterRebuild = await differencesIn(stack.engines.redisUrl, structures);
  const answers = [...ledger.statuses.values()].reduce((sum, one) => sum + one, 0);
  return {
    policy,
    always: {
      ...violationsOf(account, 'MongoDB'),
      'answers other than 202': answers - (ledger.statuses.get(202) ?? 0),
      'other payloads neither refused nor recorded as failures': Math.max(0, again.othersTaken - recorded),
      'results not found': again.resultsMissing,
      'in projections after a rebuild not as the events tell': afterRebuild.length,
      'messages left': left,
    },
    measured: {
      'keys evicted': gone,
      'places in projections that differ': differing.length,
      'repetitions taken as new': again.repetitionsTaken,
      'other payloads accepted': again.othersTaken,
    },
    bytes,
    evidence: [...evidenceOf(account, 'MongoDB'), ...differing.slice(0, 3), ...afterRebuild.slice(0, 3)],
    engines: stack.engines.names,
  };
}

/** What a client hears that sends once more what is settled, and asks what became of it. */
async function sendAgain({ caller }: ChaosStack, same: readonly ProjectedEvent[], other: readonly ProjectedEvent[]) {
  const told = { repetitionsTaken: 0, othersTaken: 0, resultsMissing: 0 };
  for (const event of same) {
    const body = (await (await caller.post('/events', event)).json()) as { duplicate?: boolean };
    if (!body.duplicate) told.repetitionsTaken++;
    const { status } = (await (await caller.fetch(`/events/${event.id}`)).json()) as { status?: string };
    if (status !== 'succeeded') told.resultsMissing++;
  }
  for (const { data, ...event } of other) {
    const response = await caller.post('/events', { ...event, data: { ...data, amount: data.amount + 1 } });
    await response.body?.cancel();
    if (response.status === 202) told.othersTaken++;
  }
  return told;
}

function sumOf(all: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of all) for (const [name, count] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
