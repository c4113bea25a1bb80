import { afterAll } from 'vitest';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import type { ProjectionKeyName } from '../../../../lib/ports/generations.ts';
import type { RebuildPorts } from '../../../../lib/projections/rebuild/rebuild.ts';
import { type Interleaving, interleaving } from '../../../support/interleaving.ts';
import { type Reading, type RebuildWorld, rebuildWorld } from '../../../support/rebuild-world.ts';
import { openEngine } from '../../adapters/redis/engine.ts';

const engine = await openEngine();
const connection = engine.connect();
afterAll(() => engine.stop());

/** Every call to Redis is a step. */
const stepped = ({ step }: Interleaving): RedisConnection => ({
  keys: connection.keys,
  timeoutMs: connection.timeoutMs,
  log: connection.log,
  subscriber: connection.subscriber,
  faults: 0,
  close: async () => undefined,
  command: (...args) => step(() => connection.command(...args)),
  run: (...args) => step(() => connection.run(...args)),
  all: (asked) => step(() => connection.all(asked)),
});

/** Reading a page and listing keys are steps too. `standing` is told, because after it a rebuild cannot know of a loss. */
function steppedPorts({ ports }: RebuildWorld, { step }: Interleaving, standing: () => void): Partial<RebuildPorts> {
  const { records, generations } = ports;
  return {
    records: {
      ...records,
      async *pages() {
        const pages = records.pages()[Symbol.asyncIterator]();
        for (let next = await step(() => pages.next()); !next.done; next = await step(() => pages.next()))
          yield next.value;
      },
    },
    generations: {
      ...generations,
      async *scan(only) {
        yield await step(async () => {
          const all: ProjectionKeyName[] = [];
          for await (const page of generations.scan(only)) all.push(...page);
          return all;
        });
      },
      standing: async (of) => {
        const stands = await generations.standing(of);
        standing();
        return stands;
      },
    },
  };
}

/**
 * Consumers with events old and new, one delivered twice, one or two rebuilds, and in half of the runs Redis emptied at some moment.
 * @returns whether in the end Redis holds what the records tell
 */
export async function holds(seed: number, reading: Reading): Promise<boolean> {
  const order = interleaving(seed);
  const { below, step } = order;
  const world = rebuildWorld(engine, { reading, connection: stepped(order) });
  let losses = 0;
  let known = 0;
  const ports = steppedPorts(world, order, () => {
    known = losses;
  });

  const pause = async (most: number): Promise<void> => {
    for (let left = below(most); left > 0; left--) await step(async () => undefined);
  };
  const consume = async (key: string): Promise<void> => {
    const record = world.event(key);
    await pause(30);
    await step(async () => world.records.settle(record));
    await world.apply(record);
    if (below(4) === 0) await world.apply(record);
    await world.confirm(record);
  };
  const names = Array.from({ length: 6 }, (_, index) => `${below(90) + 10}-${index}`);
  const old = names.slice(0, below(4));
  const young = names.slice(old.length);
  await order.run(old.map((key) => () => consume(key)));
  const rebuilds = Array.from({ length: 1 + below(2) }, () => async () => void (await world.rebuild(ports)));
  const emptied = below(2) === 0;
  const empty = async (): Promise<void> => {
    await pause(60);
    await step(world.empty);
    losses++;
  };
  await order.run([...young.map((key) => () => consume(key)), ...rebuilds, ...(emptied ? [empty] : [])]);
  if (known < losses) await order.run([async () => void (await world.rebuild(ports))]);
  let right = false;
  await order.run([
    async () => {
      right = (await world.differences()).length === 0;
    },
  ]);
  await world.empty();
  return right;
}
