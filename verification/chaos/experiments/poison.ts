import { setTimeout as wait } from 'node:timers/promises';
import type { EventRecord } from '../../../lib/ports/records.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Arm, Experiment, Findings, Run, Size } from '../experiment.ts';
import { accountOf, evidenceOf, violationsOf } from '../harness/accounting.ts';
import { effectsInMongo } from '../harness/effects.ts';
import { drained, heldBy } from '../harness/queues.ts';
import { type Random, randomFrom } from '../harness/random.ts';
import { type Ledger, newLedger } from '../harness/send.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';
import { deliveriesIn, deliveriesTold } from './poison-deliveries.ts';
import { type Judged, judge, type Mix, type Pair, p99sOf } from './poison-judge.ts';
import { type Load, measure, POISON, saturation } from './poison-load.ts';

/**
 * Shares of the events, and how many healthy ones each load has in full. Events of one request are done together, so that a p99 of a few hundred
 * is one request, and another each time; half of poison is slow enough as it is.
 */
const throwers = {
  '10 %': { share: 0.1, healthy: 700 },
  '50 %': { share: 0.5, healthy: 200 },
} as const;
/** Healthy events of each load in the control and in the short form, which count what is given back and measure nothing. */
const FEW = 20;
const KILLERS = 0.001;
/** So that each load with a killer has one. */
const BESIDE_A_KILLER = 1 / KILLERS - 1;

const sizes = {
  full: {
    sluice: { shares: ['10 %', '50 %'], pairs: 3, burst: 6, killers: 1 },
    control: { shares: ['50 %'], pairs: 1, burst: 2, killers: 0 },
  },
  short: {
    sluice: { shares: ['50 %'], pairs: 1, burst: 1, killers: 0 },
    control: { shares: ['50 %'], pairs: 1, burst: 1, killers: 0 },
  },
} as const;
/** Of the runs a second that the path can do, with poison and without: a path that has more to do is slower, whatever it has to do. */
const LOAD = 0.3;
/** Events a second in the short form, however slow the machine is: fewer would not meet in a batch. */
const LEAST = 20;
/** Of the type below: a thrower is as many runs. */
const ATTEMPTS = 5;
const DRAIN_MS = 120_000;

/** As many attempts as a definition has that says nothing of them. */
const fiveAttempts: Patch = {
  name: 'five attempts',
  file: 'functions/events/chaos.counted.ts',
  search: 'attempts: 10,',
  replace: `attempts: ${ATTEMPTS},`,
};
const wholeBatch: Patch = {
  name: 'one failure returns the batch',
  file: 'lib/consume/fates.ts',
  search: 'batchResponse(back(records).map(({ record }) => record))',
  replace: 'batchResponse(back(records).length > 0 ? records : [])',
};

export const poison: Experiment = {
  name: 'poison',
  shows:
    'Up to half of the events throw, one in a thousand kills its process: the others are not repeated, and hardly later',
  promises: ['P4', 'P5'],
  layer: 'whole path',
  alone: true,
  control: { is: 'no partial answers: one failure returns the whole batch', patches: [wholeBatch] },
  instruments: [fiveAttempts, deliveriesTold],
  async run(run) {
    // A machine that is everything at once is slow now and then; that is no outage.
    const stack = await startChaosStack(run, { environment: { REDIS_TIMEOUT_MS: '5000' } });
    try {
      return await runMixes(stack, run);
    } finally {
      await stack.stop();
    }
  },
};

/** Where a load goes, and what is kept of it. */
interface Target {
  stack: ChaosStack;
  random: Random;
  ledger: Ledger;
}

async function runMixes(stack: ChaosStack, { arm, size, seed, progress }: Run): Promise<Findings> {
  const { burst } = sizes[size][arm];
  const ledger = newLedger();
  const target: Target = { stack, random: randomFrom(seed), ledger };
  await saturation(stack, 'warm', Math.min(2, burst), ledger);
  const most = await saturation(stack, 'burst', burst, ledger);
  progress(`${Math.round(most)} events a second at most`);

  const found: Judged[] = [];
  for (const mix of mixesOf(arm, size, most)) {
    const pairs: Pair[] = [];
    for (let pair = 0; pair < mix.pairs; pair++) {
      const measured = await measurePair(mix, pair, target, async () => {
        if (mix.does === 'kill') await takeAway(stack);
        // The short form ends here; what throws still has some attempts to go.
        if (size === 'full') await emptied(stack, progress);
      });
      pairs.push(measured);
      progress(`${mix.name}: ${pair + 1} of ${mix.pairs} pairs, p99 ${p99sOf(measured)} ms`);
    }
    found.push(judge(mix, pairs, deliveriesIn(await stack.logged())));
  }
  const account = await accountOfHealthy(stack, ledger);
  return {
    violations: {
      ...sumOf(found.map(({ violations }) => violations)),
      ...(size === 'full' && { 'poison without a failure': await poisonWithoutFailure(stack, ledger) }),
      ...violationsOf(account, 'MongoDB'),
    },
    figures: Object.assign({ 'events a second at saturation': Math.round(most) }, ...found.map((one) => one.figures)),
    evidence: [...found.flatMap(({ evidence }) => evidence), ...evidenceOf(account, 'MongoDB')],
    engines: stack.engines.names,
  };
}

/** @param most events a second at saturation */
function mixesOf(arm: Arm, size: Size, most: number): Mix[] {
  const { shares, pairs, killers } = sizes[size][arm];
  const least = size === 'short' ? LEAST : 0;
  const runs = Math.max(least, LOAD * most);
  const throwing = shares.map((name): Mix => {
    const { share, healthy } = throwers[name];
    const rate = Math.max(least, (LOAD * most) / (1 - share + share * ATTEMPTS));
    const bound = size === 'full' && arm === 'sluice';
    return { name: `${name} throwing`, does: 'throw', share, pairs, healthy: bound ? healthy : FEW, rate, runs, bound };
  });
  if (killers === 0) return throwing;
  const killing = { name: 'a killer per 1,000', does: 'kill', share: KILLERS, rate: runs } as const;
  return [...throwing, { ...killing, pairs: killers, healthy: BESIDE_A_KILLER, runs, bound: false }];
}

/** With poison and without, in the same bursts; each first as often as the other, because a process is quicker the longer it runs. */
async function measurePair(mix: Mix, pair: number, target: Target, afterwards: () => Promise<void>): Promise<Pair> {
  const { does, share, healthy, rate, runs } = mix;
  const name = `${does}-${share}-${pair}`;
  const seed = target.random.below(2 ** 32);
  const load = (one: Omit<Load, 'seed'>) => measure(target.stack, { ...one, seed }, target.ledger);
  const clean = async () => ({ without: await load({ name: `${name}-without`, rate: runs, healthy }) });
  const poisoned = async () => {
    const withIt = await load({ name, rate, healthy, poison: { does, share } });
    await afterwards();
    return { withIt };
  };
  return pair % 2 === 0 ? { ...(await clean()), ...(await poisoned()) } : { ...(await poisoned()), ...(await clean()) };
}

function sumOf(counts: readonly Findings['violations'][]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of counts.flatMap(Object.entries<number>)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

const isPoison = (id: string): boolean => id.startsWith(POISON);

async function accountOfHealthy({ db }: ChaosStack, { attempted, acknowledged }: Ledger) {
  const healthy = (ids: ReadonlySet<string>) => new Set([...ids].filter((id) => !isPoison(id)));
  return accountOf(healthy(attempted), healthy(acknowledged), await effectsInMongo(db));
}

/** Killers are taken away before their attempts are at their end, so that they are not the next run's. */
async function poisonWithoutFailure({ db }: ChaosStack, { acknowledged }: Ledger): Promise<number> {
  const throwing = [...acknowledged].filter((id) => isPoison(id) && !id.startsWith(`${POISON}kill`));
  const failed = await db.collection<EventRecord>('events').countDocuments({ id: { $in: throwing }, state: 'failed' });
  return throwing.length - failed;
}

async function emptied({ engines }: ChaosStack, progress: Run['progress']): Promise<void> {
  const left = await drained(engines.sqsEndpoint, DRAIN_MS, (more) => progress(`${more} messages left`));
  if (left > 0) throw new Error(`${left} messages were left after ${DRAIN_MS} ms: the next run would be another`);
}

/** Whatever is in the queue of the experiment; SQS does so once a minute. */
async function takeAway({ engines: { sqsEndpoint } }: ChaosStack): Promise<void> {
  const name = [...(await heldBy(sqsEndpoint)).keys()].find((one) => one.endsWith('chaos-counted'));
  for (;;) {
    const { ok, status } = await fetch(sqsEndpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.PurgeQueue' },
      body: JSON.stringify({ QueueUrl: `${sqsEndpoint}/000000000000/${name}` }),
    });
    if (ok) return;
    if (status !== 400 && status !== 403) throw new Error(`the queue could not be emptied: ${status}`);
    await wait(1000);
  }
}
