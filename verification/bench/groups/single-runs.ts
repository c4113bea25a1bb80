import { chunksOf } from '../../../lib/core/chunks-of.ts';
import type { Group } from '../group.ts';
import type { Work } from '../harness/arm-order.ts';
import { ALONE, ORDINARY } from '../harness/event-folder.ts';
import { batches, ordinary } from '../harness/events.ts';
import type { Contender } from '../harness/take-turns.ts';
import type { World } from '../harness/world.ts';
import type { Outcome, Row } from '../row.ts';
import { ratio } from '../statistics.ts';
import { consumerOf, costs, type Load, sizesOf } from './contenders.ts';

const SIZE = 10;
const WORST = 1.15;
const copyShares = [0, 0.01, 0.2];
const poisonShares = [0, 0.01, 0.1, 0.5];
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const copiesRow = (share: number) => `ordinary handler ×10, ${percent(share)} copies / each committed by itself`;
const poisonRow = (share: number) => `ordinary handler ×10, ${percent(share)} fail / each committed by itself`;
const row = (name: string): Row => ({ name, now: null, goal: { atMost: WORST }, unit: 'times' });

/** The ordinary type against the same type whose events are committed one by one, because it has a setting. */
export const singleRunsGroup: Group = {
  name: 'single-runs',
  shows: 'what copies and failing events cost, over runs that are committed one by one',
  rows: [...copyShares.map((share) => row(copiesRow(share))), ...poisonShares.map((share) => row(poisonRow(share)))],
  async run(world) {
    const outcomes: Record<string, Outcome> = {};
    const measure = async (name: string, share: number, makesWork: MakesWork, inShort: number) => {
      outcomes[name] =
        world.size === 'short' && share !== inShort
          ? { leftOut: `the short form has ${percent(inShort)} alone` }
          : await compared(world, name, makesWork);
    };
    for (const share of copyShares) await measure(copiesRow(share), share, withCopies(share), 0.2);
    for (const share of poisonShares) await measure(poisonRow(share), share, withPoison(share), 0.1);
    return outcomes;
  },
};

/** Makes the turns of one arm; each arm has its own. */
type MakesWork = (world: World, type: string, count: number) => () => Promise<Work>;

async function compared(world: World, said: string, makesWork: MakesWork): Promise<Outcome> {
  const { rounds, count } = sizesOf(world, 30);
  const contender = async (type: string): Promise<Contender> => {
    const load: Load = { type, size: SIZE, make: () => ordinary(type) };
    return { ...(await consumerOf(world, 'present', load, count)), work: makesWork(world, type, count) };
  };
  const { usual, alone } = await costs(
    world,
    { usual: await contender(ORDINARY), alone: await contender(ALONE) },
    rounds,
    said,
  );
  return ratio(usual, alone);
}

/** A share of each turn has been settled in the one before; the first has none. */
function withCopies(share: number): MakesWork {
  return (world, type, count) => {
    let before: string[] = [];
    return async () => {
      const copies = before.slice(0, Math.round(count * SIZE * share));
      const fresh = await world.messages(
        'present',
        Array.from({ length: count * SIZE - copies.length }, () => ordinary(type)),
      );
      before = fresh;
      return chunksOf(spread(copies, fresh), SIZE);
    };
  };
}

/** A share of each turn throws whenever it runs, and is here for the first time. */
function withPoison(share: number): MakesWork {
  return (world, type, count) => async () => {
    const all = count * SIZE;
    const failing = Math.round(all * share);
    const texts = async (many: number, fails: boolean) =>
      many === 0 ? [] : world.messages('present', batches(1, many, () => ordinary(type, fails)).flat());
    return chunksOf(spread(await texts(failing, true), await texts(all - failing, false)), SIZE);
  };
}

/** The few at even distances among the many. */
export function spread(few: readonly string[], many: readonly string[]): string[] {
  const all = few.length + many.length;
  const [rare, usual] = [few.values(), many.values()];
  return Array.from({ length: all }, (_, place) => {
    const isRare = Math.floor(((place + 1) * few.length) / all) > Math.floor((place * few.length) / all);
    return (isRare ? rare : usual).next().value ?? '';
  });
}
