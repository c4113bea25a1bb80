import type { Message } from '../../../lib/core/message.ts';
import type { EventRecord } from '../../../lib/ports/records.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';
import { rejected } from '../../../lib/sdk/result.ts';
import { delivered, handledBy, leavesAnEffect, type World } from '../../../test/support/consumer-world.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { type Random, randomFrom } from '../harness/random.ts';
import { scheduledPorts } from '../harness/scheduled-ports.ts';
import { createScheduler } from '../harness/scheduler.ts';
import { chaosWorld } from '../harness/world.ts';

/** Interleavings of each number of runs. */
const sizes = { full: { sluice: 300, control: 60 }, short: { sluice: 25, control: 25 } } as const;
const RUNS = [2, 3, 4, 5];
/** Longer than a consumer lives: a later delivery takes an earlier run for dead. */
const BETWEEN_DELIVERIES_MS = 60_000;
const ROUNDS = 20;

/** Whoever comes last is right: what is final is written again. Where the condition made a new record `retrying`, that is said otherwise. */
export const lastWriterWins: readonly Patch[] = [
  {
    name: 'a settled event may be settled again',
    file: 'lib/adapters/mongo/record-updates.ts',
    search: "  state: 'retrying',\n  replay: message.replay,",
    replace: '  replay: message.replay,',
  },
  {
    name: 'a marked record is retrying',
    file: 'lib/adapters/mongo/record-updates.ts',
    search: '$setOnInsert: firstFields(message),\n      $set: { [`starts',
    replace: "$setOnInsert: { ...firstFields(message), state: 'retrying' },\n      $set: { [`starts",
  },
  {
    name: 'a record with an attempt is retrying',
    file: 'lib/adapters/mongo/records.ts',
    search: '{ ...update, $setOnInsert: firstFields(message) }',
    replace: "{ ...update, $setOnInsert: { ...firstFields(message), ...(!update.$set && { state: 'retrying' }) } }",
  },
];

export const zombies: Experiment = {
  name: 'zombies',
  shows:
    'Two to five runs of one event at once, some jointly with others, some late: one effect, and nothing stale is written',
  promises: ['P2', 'P3'],
  layer: 'seeded scheduler',
  control: { is: 'a settled event may be settled again: the last run wins', patches: lastWriterWins },
  async run(run) {
    const { world, engines } = await chaosWorld(run);
    try {
      return { ...(await interleave(world, run)), engines: engines.names };
    } finally {
      await world.close();
    }
  },
};

async function interleave(world: World, { arm, size, seed, progress }: Run): Promise<Omit<Findings, 'engines'>> {
  const each = sizes[size][arm];
  const broken = { 'effects not one': 0, 'projections not one': 0, 'stale writes': 0, 'never at rest': 0 };
  const evidence: string[] = [];
  let steps = 0;
  const outcomes = new Map<string, number>();
  for (const runs of RUNS)
    for (let index = 0; index < each; index++) {
      const one = await interleaveOne(world, runs, randomFrom(seed * 1_000_003 + runs * 10_007 + index));
      steps += one.steps;
      outcomes.set(one.outcome, (outcomes.get(one.outcome) ?? 0) + 1);
      for (const fault of one.faults) {
        broken[fault.kind]++;
        if (evidence.length < 5) evidence.push(`${runs} runs, interleaving ${index}: ${fault.kind}: ${fault.text}`);
      }
      if (index % 20 === 0) progress(`${runs} runs, interleaving ${index} of ${each}`);
    }
  return {
    violations: broken,
    figures: { interleavings: each * RUNS.length, steps, ...Object.fromEntries(outcomes) },
    evidence,
  };
}

type Kind = 'effects not one' | 'projections not one' | 'stale writes' | 'never at rest';

async function interleaveOne(world: World, runs: number, random: Random) {
  const sent = world.message();
  const actors = Array.from({ length: runs }, (_, index) => `run ${index + 1}`);
  const scheduler = createScheduler(random, { slow: random.chance(0.7) ? random.pick(actors) : undefined, rare: 0.04 });
  const faults: { kind: Kind; text: string }[] = [];
  let time = Date.now();
  let before: EventRecord | null = null;

  const watch = async (step: string) => {
    const record = await world.record(sent);
    if (before && isFinal(before) && written(before) !== written(record))
      faults.push({ kind: 'stale writes', text: `${step} made ${written(record)} of ${written(before)}` });
    before = record;
  };
  const deliver = (actor: string, receives: number, messages: readonly Message[], age = receives) => {
    // Later deliveries live in later times, whatever the order in which their steps are made.
    const ports = scheduledPorts(world.ports, scheduler, actor, () => time++ + age * BETWEEN_DELIVERIES_MS);
    const records = messages.map((message) => delivered(message, { receives }));
    return world.consume(behaving(random, sent.id), records, ports);
  };
  // What comes for the first time, be it a copy, comes with a neighbour, so that the two run jointly.
  const neighbours: Message[] = [];
  const firstOrAgain = (actor: string, index: number) => {
    if (index > 0 && random.chance(0.5)) return deliver(actor, index + 1, [sent]);
    const neighbour = world.message({ tenant: sent.tenant, source: sent.source });
    neighbours.push(neighbour);
    return deliver(actor, 1, random.shuffled([sent, neighbour]), index + 1);
  };
  let steps = (await scheduler.run(actors.map(firstOrAgain), watch)).length;
  // The queue delivers again until a run says that it is done.
  for (const message of [sent, ...neighbours]) {
    let back = 1;
    for (let round = 0; back > 0 && round < ROUNDS; round++) {
      const again = deliver(`again ${round}`, runs + 1 + round, [message]);
      steps += (await scheduler.run([again], watch)).length;
      back = (await again).length;
    }
    if (back > 0) faults.push({ kind: 'never at rest', text: `${message.id} after ${ROUNDS} rounds` });
  }
  await world.readLetters();
  const record = await world.record(sent);
  const [effects, seen] = [await world.effects(sent.tenant), await world.seen(sent.tenant)];
  const due = (record?.state === 'succeeded' ? 1 : 0) + neighbours.length;
  if (!record || !isFinal(record))
    faults.push({ kind: 'never at rest', text: `${record?.state} after ${ROUNDS} rounds` });
  if (effects !== due) faults.push({ kind: 'effects not one', text: `${effects} effects, ${record?.state}` });
  if (seen !== due) faults.push({ kind: 'projections not one', text: `${seen} projections, ${record?.state}` });
  return { steps, faults, outcome: record?.state ?? 'unknown' };
}

/** Each run of the event does what a seed says: mostly it succeeds, and its neighbours always. */
const behaving = (random: Random, id: string) =>
  handledBy(
    async (event, context) => {
      const kind = event.id === id ? random.next() : 1;
      if (kind < 0.1) throw new Error('told to');
      if (kind < 0.15) throw new PermanentError('told to');
      if (kind < 0.2) return rejected('told to');
      return leavesAnEffect(event, context);
    },
    { retry: { attempts: 4 } },
  );

const isFinal = ({ state }: EventRecord): boolean => state !== 'retrying' && state !== 'failing';

/** What no later run may change. */
const written = (record: EventRecord | null): string => {
  if (!record) return 'nothing';
  const { state, replay, fingerprint, attempts, result, rejection, lastWord } = record;
  return JSON.stringify({
    state,
    replay,
    fingerprint,
    attempts: attempts.map(({ outcome }) => outcome),
    result,
    rejection,
    lastWord,
  });
};
