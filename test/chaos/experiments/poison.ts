import { setTimeout as wait } from 'node:timers/promises';
import type { EventRecord } from '../../../lib/ports.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { accountOf, evidenceOf, violationsOf } from '../harness/accounting.ts';
import { effectsInMongo } from '../harness/effects.ts';
import { drained, heldBy } from '../harness/queues.ts';
import { randomFrom } from '../harness/random.ts';
import { type Ledger, newLedger } from '../harness/send.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';
import { delaysOf, deliveriesIn, deliveriesTold } from './poison-deliveries.ts';
import { type Load, type Measured, measure, medianOf, POISON, saturation } from './poison-load.ts';

/** Shares of the events. */
const throwers = { '1 %': 0.01, '10 %': 0.1, '50 %': 0.5 } as const;
const KILLERS = 0.001;

const sizes = {
  full: {
    sluice: { shares: ['1 %', '10 %', '50 %'], pairs: 5, seconds: 8, burst: 6, killers: 3 },
    control: { shares: ['50 %'], pairs: 1, seconds: 4, burst: 2, killers: 0 },
  },
  short: {
    sluice: { shares: ['50 %'], pairs: 1, seconds: 2, burst: 1, killers: 0 },
    control: { shares: ['50 %'], pairs: 1, seconds: 2, burst: 1, killers: 0 },
  },
} as const;
/** Of the runs a second that the path can do, with poison and without: a path that has more to do is slower, whatever it has to do. */
const LOAD = 0.3;
/** Of the time of the others: what is measured so is a figure and has no bound. */
const AS_MANY = 0.4;
/** Events a second in the short form, however slow the machine is: fewer would not meet in a batch. */
const LEAST = 20;
/** What the p99 of healthy events may be of the one without poison. */
const BOUND = 1.2;
/** Times that a killer may make its neighbours wait. */
const DELAYS = 2;
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
  file: 'lib/fates.ts',
  search: '      return batchResponse(back(records).map(({ record }) => record));\n    },\n    respondAtOnce',
  replace: '      return batchResponse(back(records).length > 0 ? records : []);\n    },\n    respondAtOnce',
};

export const poison: Experiment = {
  name: 'poison',
  shows:
    'Up to half of the events throw, one in a thousand kills its process: the others are not repeated, and hardly later',
  promises: ['P4', 'P5'],
  layer: 'whole path',
  control: { is: 'no partial answers: one failure returns the whole batch', patches: [wholeBatch] },
  instruments: [fiveAttempts, ...deliveriesTold],
  async run(run) {
    // A machine that is everything at once is slow now and then; that is no outage.
    const stack = await startChaosStack(run, { environment: { REDIS_TIMEOUT_MS: '5000' } });
    try {
      return await mix(stack, run);
    } finally {
      await stack.stop();
    }
  },
};

async function mix(stack: ChaosStack, { arm, size, seed, progress }: Run): Promise<Findings> {
  const { shares, pairs: throwing, seconds, burst, killers } = sizes[size][arm];
  const random = randomFrom(seed);
  const ledger = newLedger();
  await saturation(stack, 'warm', Math.min(2, burst), ledger);
  const most = await saturation(stack, 'burst', burst, ledger);
  progress(`${Math.round(most)} events a second at most`);

  const violations: Record<string, number> = {};
  const figures: Record<string, number> = { 'events a second at saturation': Math.round(most) };
  const evidence: string[] = [];
  const kinds = [
    ...shares.map((share) => ({
      name: `${share} throwing`,
      does: 'throw' as const,
      share: throwers[share],
      pairs: throwing,
    })),
    ...(killers > 0 ? [{ name: 'a killer per 1,000', does: 'kill' as const, share: KILLERS, pairs: killers }] : []),
  ];
  for (const { name, does, share, pairs } of kinds) {
    const least = size === 'short' ? LEAST : 0;
    const runs = Math.max(least, LOAD * most);
    const rate = Math.max(least, (LOAD * most) / (does === 'throw' ? 1 - share + share * ATTEMPTS : 1));
    const bound = does === 'throw' && size === 'full' && arm === 'sluice';
    const measured: Pair[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const load: Load = { name: `${does}-${share}-${pair}`, rate, seconds };
      const clean = async () => ({
        without: await measure(stack, { ...load, name: `${load.name}-without`, rate: runs }, random, ledger),
        ...(bound && {
          asMany: await measure(
            stack,
            { ...load, name: `${load.name}-as-many`, seconds: seconds * AS_MANY },
            random,
            ledger,
          ),
        }),
      });
      const poisoned = async () => {
        const withIt = await measure(stack, { ...load, poison: { does, share } }, random, ledger);
        if (does === 'kill') await takeAway(stack);
        // The short form ends here; what throws still has some attempts to go.
        if (size === 'full') await emptied(stack, progress);
        return { withIt };
      };
      // Each goes first as often as the other, because a process is quicker the longer it runs.
      if (pair % 2 === 0) measured.push({ ...(await clean()), ...(await poisoned()) });
      else measured.push({ ...(await poisoned()), ...(await clean()) });
      progress(`${name}: ${pair + 1} of ${pairs} pairs`);
    }
    const deliveries = deliveriesIn(await stack.logged());
    const { again, back } = deliveries;
    const healthy = measured.flatMap(({ withIt }) => [...withIt.due]);
    const delays = new Map(healthy.map(([id, due]) => [id, delaysOf(id, due, deliveries)]));
    const over = healthy
      .map(([id]) => id)
      .filter((id) => (does === 'throw' ? again.has(id) || back.has(id) : (delays.get(id) ?? 0) > DELAYS));
    const what = does === 'throw' ? 'healthy events given back' : 'delayed more than twice by a killer';
    violations[what] = (violations[what] ?? 0) + over.length;
    for (const id of over)
      if (evidence.length < 6)
        evidence.push(`${name}: ${id}: again ${again.get(id)?.length ?? 0} times, ${delays.get(id)} delays`);

    const ratio = medianOf(measured.map(({ without, withIt }) => withIt.p99 / without.p99));
    const toAsMany = measured.flatMap(({ asMany, withIt }) => (asMany ? [withIt.p99 / asMany.p99] : []));
    if (bound) violations[`p99 over ${BOUND} times, ${name}`] = ratio > BOUND ? 1 : 0;
    if (bound && ratio > BOUND)
      evidence.push(
        `${name}: p99 ${measured.map(({ without, withIt }) => `${Math.round(withIt.p99)}/${Math.round(without.p99)}`).join(', ')} ms`,
      );
    Object.assign(figures, {
      [`${name}: p99 with it / without, as many runs a second, median of ${pairs}`]: Math.round(ratio * 100) / 100,
      ...(bound && {
        [`${name}: p99 with it / without, as many events a second, median of ${pairs}`]:
          Math.round(medianOf(toAsMany) * 100) / 100,
      }),
      [`${name}: events a second with it`]: Math.round(rate),
      [`${name}: events a second without it`]: Math.round(runs),
      [`${name}: poison`]: measured.reduce((sum, { withIt }) => sum + withIt.poison, 0),
      [`${name}: median latency without it, ms`]: Math.round(medianOf(measured.map(({ without }) => without.median))),
      [`${name}: p99 without it, ms`]: Math.round(medianOf(measured.map(({ without }) => without.p99))),
      [`${name}: healthy events delivered again`]: healthy.filter(([id]) => again.has(id)).length,
      [`${name}: most delays of one`]: Math.max(...delays.values()),
      [`${name}: sent late by at most, ms`]: Math.round(
        Math.max(...measured.flatMap(({ without, withIt }) => [without.lateBy, withIt.lateBy])),
      ),
    });
  }
  const account = await accountOfHealthy(stack, ledger);
  if (size === 'full') violations['poison without a failure'] = await poisonWithoutFailure(stack, ledger);
  return {
    violations: { ...violations, ...violationsOf(account, 'MongoDB') },
    figures,
    evidence: [...evidence, ...evidenceOf(account, 'MongoDB')],
    engines: stack.engines.names,
  };
}

/** Loads that are compared. */
interface Pair {
  withIt: Measured;
  /** As many runs a second, none of which throws. */
  without: Measured;
  /** As many events a second: what the further attempts of throwers cost shows too. */
  asMany?: Measured;
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
