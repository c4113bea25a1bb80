import { MongoClient } from 'mongodb';
import { chunksOf } from '../../../lib/core/chunks-of.ts';
import type { ArmName } from '../harness/arm-order.ts';
import { batches, partName } from '../harness/events.ts';
import { type Contender, perEvent, takeTurns } from '../harness/take-turns.ts';
import { TENANT } from '../harness/tenant.ts';
import type { Order, Side, World } from '../harness/world.ts';
import type { Outcome } from '../row.ts';
import { ratio } from '../statistics.ts';

/** What the turns of several arms work off alike. */
export interface Load {
  type: string;
  /** Events of a batch. */
  size: number;
  /** Makes an event. */
  make(): string;
}

/**
 * Rounds that count, and batches of a turn: five pairs at least where figures are to mean something.
 * @param warmUp rounds before them
 */
export const sizesOf = ({ size }: Pick<World, 'size'>, batchesOfATurn: number, warmUp = 2, rounds = 7) =>
  size === 'full'
    ? { rounds: { rounds, warmUp }, count: batchesOfATurn }
    : { rounds: { rounds: 2, warmUp: 1 }, count: Math.max(1, Math.ceil(batchesOfATurn / 20)) };

/** Of the rows that compare with others: a process's first few hundred batches cost up to three times as much, while Node compiles. */
export const warmSizesOf = (world: Pick<World, 'size'>) => sizesOf(world, 100, 6, 15);

/** A consumer of Sluice on a database of its own. @param over what is other than for most arms, e.g. addresses of proxies */
export async function consumerOf(
  world: World,
  side: Side,
  { type, size, make }: Load,
  count: number,
  over: Partial<Order> = {},
): Promise<Contender & { database: string }> {
  const database = over.database ?? (await world.database(side));
  const arm = await world.start({ arm: 'consumer', side, entry: 'consume', type, ...over, database });
  const work = async () => chunksOf(await world.messages(side, batches(count, size, make).flat()), size);
  return { arm, work, database };
}

/** The same at the commit of `today.ts`; undefined where the clone does not have it. */
export const todayOf = async (world: World, load: Load, count: number) =>
  world.noToday === undefined ? consumerOf(world, 'today', load, count) : undefined;

/** What the present code costs over that. */
export const overToday = (
  { noToday }: World,
  present: readonly number[],
  today: readonly number[] | undefined,
): Outcome => (today ? ratio(present, today) : { leftOut: noToday ?? 'it had no turn' });

/** What others make of the same events. */
export async function peerOf(
  world: World,
  arm: ArmName,
  { type, size, make }: Load,
  count: number,
): Promise<Contender & { database: string }> {
  const database = await world.database('present');
  return { arm: await world.start({ arm, type, database }), work: async () => batches(count, size, make), database };
}

/** Of each arm, microseconds an event of each turn; nothing of an arm that there is not. */
type Costs<Arms> = { [Name in keyof Arms]: undefined extends Arms[Name] ? number[] | undefined : number[] };

/** Lets arms take turns and ends them. @returns what they cost, by the names that they have here */
export async function costs<Arms extends Readonly<Record<string, Contender | undefined>>>(
  world: World,
  arms: Arms,
  rounds: { rounds: number; warmUp: number },
  said: string,
): Promise<Costs<Arms>> {
  const entries = Object.entries(arms).flatMap(([name, contender]) => (contender ? [{ name, contender }] : []));
  const turns = await takeTurns(
    entries.map(({ contender }) => contender),
    rounds,
    (round) => world.progress(`${said}: ${round < 0 ? 'warming up' : `round ${round + 1} of ${rounds.rounds}`}`),
  );
  await Promise.all(entries.map(({ contender }) => contender.arm.end()));
  return Object.fromEntries(entries.map(({ name }, index) => [name, perEvent(turns[index] ?? [])])) as Costs<Arms>;
}

/** Puts parts into a database that events of the meeting type take from. */
export async function stock({ mongoUri }: World, database: string, parts: number): Promise<void> {
  const client = await new MongoClient(mongoUri).connect();
  try {
    await client
      .db(database)
      .collection('parts')
      .insertMany(
        Array.from({ length: parts }, (_, n) => ({ tenant: TENANT, part: partName(n), left: 1_000_000_000, price: 5 })),
      );
  } finally {
    await client.close();
  }
}
