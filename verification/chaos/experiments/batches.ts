import type { Message } from '../../../lib/core/message.ts';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import {
  delivered,
  handledBy,
  handledTogetherBy,
  leavesAnEffect,
  type World,
} from '../../../test/support/consumer-world.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { type Random, randomFrom } from '../harness/random.ts';
import { scheduledPorts } from '../harness/scheduled-ports.ts';
import { createScheduler } from '../harness/scheduler.ts';
import { chaosWorld } from '../harness/world.ts';

const BATCH = 10;
const SUBSETS = 2 ** BATCH;
/** Every how many-th subset. */
const steps = { full: { sluice: 1, control: 16 }, short: { sluice: 64, control: 128 } } as const;
const DELIVERY_MS = 60_000;

const wholeBatch: Patch = {
  name: 'one failure returns the batch',
  file: 'lib/consume/fates.ts',
  search: 'batchResponse(back(records).map(({ record }) => record))',
  replace: 'batchResponse(back(records).length > 0 ? records : [])',
};

export const batches: Experiment = {
  name: 'batches',
  shows:
    'Each of the 1,024 ways in which events of a batch of ten can fail: what succeeded never comes back, what failed does',
  promises: ['P2', 'P4'],
  layer: 'seeded scheduler',
  control: { is: 'no partial answers: one failure returns the whole batch', patches: [wholeBatch] },
  async run(run) {
    const { world, engines } = await chaosWorld(run);
    try {
      return { ...(await everySubset(world, run)), engines: engines.names };
    } finally {
      await world.close();
    }
  },
};

type Kind = 'successes redelivered' | 'lost' | 'double' | 'never at rest';

async function everySubset(world: World, { arm, size, seed, progress }: Run): Promise<Omit<Findings, 'engines'>> {
  const broken: Record<Kind, number> = { 'successes redelivered': 0, lost: 0, double: 0, 'never at rest': 0 };
  const evidence: string[] = [];
  let tried = 0;
  for (let subset = 0; subset < SUBSETS; subset += steps[size][arm])
    for (const together of [false, true]) {
      const faults = await oneSubset(world, subset, together, randomFrom(seed * 4099 + subset));
      tried++;
      for (const [kind, count] of Object.entries(faults) as [Kind, number][]) {
        broken[kind] += count;
        if (count > 0 && evidence.length < 5)
          evidence.push(`${kind}: ${count}, failing ${subset.toString(2).padStart(BATCH, '0')}, together: ${together}`);
      }
      if (tried % 20 === 0) progress(`${subset} of ${SUBSETS} subsets`);
    }
  return { violations: broken, figures: { batches: tried, events: tried * BATCH }, evidence };
}

async function oneSubset(
  world: World,
  subset: number,
  together: boolean,
  random: Random,
): Promise<Record<Kind, number>> {
  const first = world.message();
  const messages = Array.from({ length: BATCH }, (_, index) =>
    world.message({ tenant: first.tenant, source: first.source, data: { name: `${index}` } }),
  );
  const failing = new Set(messages.filter((_, index) => subset & (1 << index)).map(({ id }) => id));
  const faults: Record<Kind, number> = { 'successes redelivered': 0, lost: 0, double: 0, 'never at rest': 0 };

  let back = await consume(world, definition(together, failing), messages, 1, random);
  faults['successes redelivered'] = back.filter(({ id }) => !failing.has(id)).length;
  faults.lost = [...failing].filter((id) => back.every((one) => one.id !== id)).length;
  for (let receives = 2; back.length > 0 && receives < 6; receives++)
    back = await consume(world, definition(together, new Set()), back, receives, random);
  faults['never at rest'] = back.length;
  const effects = await world.effects(first.tenant);
  faults.lost += Math.max(0, BATCH - effects);
  faults.double = Math.max(0, effects - BATCH);
  return faults;
}

/** One delivery of these messages, its steps in the order of the seed. @returns those that came back */
async function consume(
  world: World,
  handled: EventDefinition,
  messages: readonly Message[],
  receives: number,
  random: Random,
): Promise<Message[]> {
  const scheduler = createScheduler(random);
  const records = messages.map((message) => delivered(message, { receives }));
  let time = Date.now() + receives * DELIVERY_MS;
  const ports = scheduledPorts(world.ports, scheduler, 'consumer', () => time++);
  const consuming = world.consume(handled, records, ports);
  await scheduler.run([consuming], async () => {});
  const back = new Set(await consuming);
  return messages.filter((_, index) => back.has(records[index]?.messageId ?? ''));
}

const definition = (together: boolean, failing: ReadonlySet<string>): EventDefinition =>
  together
    ? handledTogetherBy(async (events, context) => {
        if (events.some(({ id }) => failing.has(id))) throw new Error('told to');
        await context.collection('effects').insertMany(events.map(({ data }) => ({ name: data.name })));
        return undefined;
      })
    : handledBy(async (event, context) => {
        if (failing.has(event.id)) throw new Error('told to');
        return leavesAnEffect(event, context);
      });
