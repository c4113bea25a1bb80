import { setupDatabase } from '../../../lib/adapters/mongo/set-up.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { startEngines } from '../harness/engines.ts';
import { abandon, courseName, record } from './crashes-abandon.ts';
import { type Fault, type Kind, kinds } from './crashes-check.ts';
import { type Boundary, boundariesOf, nameOf } from './crashes-life.ts';
import { killAt } from './crashes-process.ts';
import { createQueues } from './crashes-queues.ts';
import { scenarios } from './crashes-scenarios.ts';
import type { Scenario } from './crashes-staging.ts';
import { openTown, type Town } from './crashes-town.ts';

/** Boundaries that are met; how often each of them is, and whether one side of each step is met in a process that ends itself too. */
const sizes = {
  full: {
    sluice: { sides: 'both', variations: 4, killed: true },
    control: { sides: 'both', variations: 1, killed: false },
  },
  short: {
    sluice: { sides: 'one', variations: 1, killed: false },
    control: { sides: 'one', variations: 1, killed: false },
  },
} as const;
/** Towns side by side. */
const LANES = 6;

/** Each is what one would write who thinks of no death. */
const naiveOrder: readonly Patch[] = [
  {
    name: 'a claim is confirmed before SQS holds the event',
    file: 'lib/ingest/ingest.ts',
    search: '  const [outcomes, statuses] = await Promise.all([\n    send(eventsOf(mine)',
    replace:
      '  await confirm(mine, ports);\n  const [outcomes, statuses] = await Promise.all([\n    send(eventsOf(mine)',
  },
  {
    name: 'a message whose record is closed is done, whether or not its letter was confirmed',
    file: 'lib/consume/decide.ts',
    search: "if (record.state === 'failing' && record.lastWord)\n",
    replace:
      "if (record.state === 'failing') return { kind: 'done' };\n  if (record.state === 'failing' && record.lastWord)\n",
  },
  {
    name: 'projections are marked as applied before they are',
    file: 'lib/adapters/mongo/record-updates.ts',
    search: 'projections: JSON.stringify(projections), projected: false',
    replace: 'projections: JSON.stringify(projections), projected: true',
  },
];

export const crashes: Experiment = {
  name: 'crashes',
  shows: 'A run ends before or after any of its calls: each event has one effect or one failure, and nothing is lost',
  promises: ['P1', 'P2', 'P5'],
  layer: 'functions',
  control: {
    is: 'claims confirmed before publishing, messages done before their letter is confirmed, projections marked before they are applied',
    patches: naiveOrder,
  },
  async run(run) {
    const engines = await startEngines(run.real);
    const database = `chaos-crashes-${process.pid}`;
    const towns = Array.from({ length: LANES }, (_, lane) =>
      openTown({ ...engines, database, lane: `crashes-${process.pid}-${lane}` }),
    );
    const [first] = towns;
    if (!first) throw new Error('there is no town');
    try {
      await setupDatabase(first.mongo.db, first.definitions.single.collections);
      await Promise.all(towns.map(createQueues));
      return { ...(await everywhere(towns, run)), engines: engines.names };
    } finally {
      await first.mongo.db.dropDatabase();
      await Promise.all(towns.map((town) => town.close()));
      await engines.stop();
    }
  },
};

/** One run that is to be abandoned. */
interface Job {
  scenario: Scenario;
  at: Boundary;
  variation: number;
  killed: boolean;
}

async function everywhere(
  towns: readonly Town[],
  { arm, size, seed, progress }: Run,
): Promise<Omit<Findings, 'engines'>> {
  const { sides, variations, killed } = sizes[size][arm];
  const staged = scenarios.filter(({ sluiceAlone }) => arm === 'sluice' || !sluiceAlone);
  const steps = new Map<Scenario, string[]>();
  await inLanes(towns, staged, async (town, scenario) => void steps.set(scenario, await record(town, scenario)));
  const boundaries = staged.flatMap((scenario) =>
    boundariesOf(steps.get(scenario) ?? []).map((at) => ({ scenario, at })),
  );
  // Of each step the side that the seed says.
  const oneSide = boundaries.filter((_, index) => index % 2 === ((index >> 1) + seed) % 2);
  const met = sides === 'both' ? boundaries : oneSide;
  const dying = killed ? oneSide : [];
  const jobs: readonly Job[] = [
    ...dying.map((one) => ({ ...one, variation: 0, killed: true })),
    ...met.flatMap((one) =>
      Array.from({ length: variations }, (_, variation) => ({ ...one, variation, killed: false })),
    ),
  ];
  const violations = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  const evidence: string[] = [];
  let done = 0;
  const missed: string[] = [];
  await inLanes(towns, [...jobs.entries()], async (town, [index, { scenario, at, variation, killed: own }]) => {
    const drawn = seed * 1_000_003 + index * 7919;
    const name = `${scenario.pipeline}, ${scenario.name}, ${own ? 'killed ' : ''}${nameOf(at)}`;
    const meet = (how: number) => abandon(town, scenario, at, how, drawn, own ? killAt : undefined);
    // With what is sent beside, or comes at the same time, a run may take another way.
    const faults = (await meet(variation)) ?? (await meet(0));
    if (!faults) missed.push(name);
    note(faults ?? [], `${name} (${courseName(variation, drawn)})`, violations, evidence);
    if (++done % 20 === 0) progress(`${done} of ${jobs.length} deaths`);
  });
  if (missed.length > 0)
    throw new Error(`${missed.length} runs ended before their boundary: ${missed.slice(0, 5).join('; ')}`);
  return {
    violations,
    figures: {
      scenarios: staged.length,
      boundaries: boundaries.length,
      ...Object.fromEntries(
        Object.entries(Object.groupBy(boundaries, ({ scenario }) => scenario.pipeline)).map(([pipeline, list]) => [
          `boundaries of ${pipeline}`,
          list.length,
        ]),
      ),
      'abandoned in process': met.length * variations,
      'processes killed': dying.length,
    },
    lists: Object.fromEntries(
      staged.map((scenario) => [`${scenario.pipeline}: ${scenario.name}`, steps.get(scenario) ?? []]),
    ),
    evidence,
  };
}

function note(faults: readonly Fault[], where: string, violations: Record<Kind, number>, evidence: string[]): void {
  for (const { kind, text } of faults) {
    violations[kind]++;
    if (evidence.length < 8) evidence.push(`${kind}: ${text}: ${where}`);
  }
}

/** Each town takes the next when it is done with one. */
async function inLanes<Item>(
  towns: readonly Town[],
  items: readonly Item[],
  work: (town: Town, item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  await Promise.all(
    towns.map(async (town) => {
      for (const item of left) await work(town, item);
    }),
  );
}
