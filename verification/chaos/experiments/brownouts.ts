import { setTimeout as wait } from 'node:timers/promises';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { accountOf, evidenceOf, violationsOf } from '../harness/accounting.ts';
import { effectsInMongo } from '../harness/effects.ts';
import { drained } from '../harness/queues.ts';
import { type Random, randomFrom } from '../harness/random.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';
import { driversOwn } from './brownouts-control.ts';
import { prepareEvents } from './brownouts-events.ts';
import { dependencies, type Fault, faults, misbehave, type Named } from './brownouts-faults.ts';
import { measure, startWitness } from './brownouts-machine.ts';
import { type Answer, ARRAY, ask, type Budgets, idOf, type Kind, kinds, settledId } from './brownouts-requests.ts';

/** Requests of each kind without a fault, and under each fault. */
const sizes = {
  full: { sluice: { before: 40, under: 4 }, control: { before: 10, under: 1 } },
  short: { sluice: { before: 6, under: 1 }, control: { before: 4, under: 1 } },
} as const;
/** As deployed: lib/core/config.ts. In the short form, beside other tests, one machine does not always answer for Redis in 200 ms. */
const budgets: Record<Run['size'], Budgets> = {
  full: { redis: 200, mongodb: 2000, sqs: 3000 },
  short: { redis: 1000, mongodb: 2000, sqs: 3000 },
};
/** A machine that is everything at once. */
const TOLERANCE_MS = 100;
const HEALTHY_MS = 2000;
const PAUSE_MS = 25;
const DRAIN_MS = 60_000;

export const brownouts: Experiment = {
  name: 'brownouts',
  shows:
    'Each dependency refuses, falls silent, is 2 s late or cuts its answers: every request is answered within its budget, and well 2 s later',
  promises: ['P1', 'P6', 'P9'],
  layer: 'whole path',
  alone: true,
  control: { is: "the drivers' own times instead of budgets", patches: driversOwn },
  async run(run) {
    const { redis, mongodb, sqs } = budgets[run.size];
    const environment = {
      REDIS_TIMEOUT_MS: String(redis),
      MONGODB_TIMEOUT_MS: String(mongodb),
      SQS_TIMEOUT_MS: String(sqs),
    };
    const stack = await startChaosStack(run, { environment });
    try {
      return await endure(stack, run);
    } finally {
      await stack.stop();
    }
  },
};

type Broken = 'never answered' | 'over the budget' | 'wrong answer' | 'not well within 2 s';

interface Cell {
  dependency: Named;
  fault: Fault;
}

async function endure(stack: ChaosStack, { arm, size, seed, progress }: Run): Promise<Findings> {
  const { before, under } = sizes[size][arm];
  const random = randomFrom(seed);
  const broken: Record<Broken, number> = {
    'never answered': 0,
    'over the budget': 0,
    'wrong answer': 0,
    'not well within 2 s': 0,
  };
  const evidence: string[] = [];
  const tell = (what: Broken, text: string) => {
    broken[what]++;
    if (evidence.length < 12) evidence.push(`${what}: ${text}`);
  };
  const ledger = { attempted: new Set<string>([settledId]), acknowledged: new Set<string>([settledId]) };
  let index = 0;
  const next = async (kind: Kind): Promise<Answer> => {
    const mine = index++;
    const ids = idsOf(kind, mine);
    for (const id of ids) ledger.attempted.add(id);
    const answer = await ask(kind, stack.caller, mine);
    for (const id of accepted(ids, answer)) ledger.acknowledged.add(id);
    return answer;
  };

  await prepareEvents(stack);
  const usual = await measure(next, before);
  let [requests, slowest, wellAfter, slowestWitness] = [0, 0, 0, 0];
  for (const cell of cellsOf(arm, size, random)) {
    const { dependency, fault } = cell;
    const name = `${dependency}, ${fault}`;
    progress(name);
    const witness = await startWitness(stack.caller);
    const end = await misbehave(stack.proxies[dependency], fault, random);
    for (let round = 0; round < under; round++) {
      const asked = kinds.map(async (kind) => {
        const begun = performance.now();
        const answer = await next(kind);
        const machine = TOLERANCE_MS + (usual.get(kind) ?? 0) + witness.slowestSince(begun);
        const bound = kind.bound(dependency, fault, budgets[size]) + machine;
        const text = `${kind.name} (${name}): ${answer.status} after ${Math.round(answer.ms)} ms of ${Math.round(bound)}`;
        requests++;
        if (answer.status === 0) return tell('never answered', text);
        slowest = Math.max(slowest, answer.ms / bound);
        if (answer.ms > bound) tell('over the budget', text);
        if (!kind.right(dependency, fault).includes(answer.status) || !sensible(kind, answer, dependency))
          tell('wrong answer', `${text}: ${JSON.stringify(answer.body).slice(0, 200)}`);
      });
      await Promise.all(asked);
    }
    await end();
    slowestWitness = Math.max(slowestWitness, await witness.stop());
    const over = performance.now();
    const recovering = kinds.map(async (kind) => {
      const due = HEALTHY_MS + (usual.get(kind) ?? 0);
      for (;;) {
        const begun = performance.now() - over;
        const answer = await next(kind);
        if (kind.well.includes(answer.status)) {
          wellAfter = Math.max(wellAfter, begun);
          if (begun > due) tell('not well within 2 s', `${kind.name} after ${name}: ${Math.round(begun)} ms`);
          return;
        }
        if (begun > 2 * due) {
          const text = `${kind.name} after ${name}: still ${answer.status} after ${Math.round(begun)} ms`;
          return tell('not well within 2 s', text);
        }
        await wait(PAUSE_MS);
      }
    });
    await Promise.all(recovering);
  }

  const left = await drained(stack.engines.sqsEndpoint, DRAIN_MS, (more) => progress(`${more} messages left`));
  const account = accountOf(ledger.attempted, ledger.acknowledged, await effectsInMongo(stack.db));
  const failures = await stack.db.collection('failures').find().toArray();
  return {
    violations: {
      ...broken,
      ...violationsOf(account, 'MongoDB'),
      'dead letters': failures.length,
      'messages left': left,
    },
    figures: {
      'faults endured': cellsOf(arm, size, randomFrom(seed)).length,
      'requests under a fault': requests,
      'slowest answer over its bound': Math.round(slowest * 100) / 100,
      'slowest answer without a dependency, ms': Math.round(slowestWitness),
      'last request well again after ms': Math.round(wellAfter),
      'events accepted': ledger.acknowledged.size,
    },
    evidence: [
      ...evidence,
      ...(await stack.logged())
        .split('\n')
        .filter((line) => line.includes('"a request broke"'))
        .slice(0, 2),
      ...evidenceOf(account, 'MongoDB'),
      ...failures.slice(0, 3).map(({ cause, message }) => `dead letter: ${cause} ${message}`),
    ],
    engines: stack.engines.names,
  };
}

/** All of them, in an order of the seed's; the short form has silence and one other fault of each, the control silence. */
function cellsOf(arm: Run['arm'], size: Run['size'], random: Random): Cell[] {
  const others = faults.filter((fault) => fault !== 'black hole');
  const cells = dependencies.flatMap((dependency): Cell[] => {
    const chosen: readonly Fault[] =
      arm === 'control' ? ['black hole'] : size === 'full' ? faults : ['black hole', random.pick(others)];
    return chosen.map((fault) => ({ dependency, fault }));
  });
  return random.shuffled(cells);
}

function idsOf({ name }: Kind, index: number): string[] {
  if (name === 'POST array') return Array.from({ length: ARRAY }, (_, place) => idOf(name, index, place));
  return name === 'POST one' || name === 'POST and wait' ? [idOf(name, index)] : [];
}

function accepted(ids: readonly string[], { status, body }: Answer): string[] {
  if (Array.isArray(body.results))
    return body.results.flatMap(({ id, problem }: { id: string; problem?: unknown }) => (problem ? [] : [id]));
  return status === 200 || status === 202 ? [...ids] : [];
}

/** A 503 is a problem that may be tried again, and health says who is down. */
function sensible({ name }: Kind, { status, body }: Answer, dependency: Named): boolean {
  if (name === 'GET health') {
    const states = Object.entries({ ...(body.dependencies as Record<string, string> | undefined) });
    return states.length === 3 && states.every(([one, state]) => one === dependency || state === 'up');
  }
  return status !== 503 || Array.isArray(body.results) || body.retryable === true;
}
