import { inParallel } from '../../core/in-parallel.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Announcement, type GenerationStore, KEYS_AT_ONCE, type Overtaken } from '../../ports/generations.ts';
import type { Projections } from '../../ports/projections.ts';
import type { SettledRecords } from '../../ports/settled-records.ts';
import { steadily } from './steadily.ts';
import { pairOf, type Surveyed } from './survey.ts';

/** One tenant's projection on its way. */
export interface Building extends Surveyed {
  announced: Announcement;
  /** Records with commands that were refused. */
  refused: number;
  /** Another rebuild has switched to the generation that both were filling. */
  byAnother: boolean;
}

export interface Built {
  building: Building;
  /** Structures of the new generation that records told of. */
  keys: number;
  /** Those that no record told of. */
  carried: number;
}

interface FinishPorts {
  records: SettledRecords;
  generations: GenerationStore;
  projections: Pick<Projections, 'cutGuards'>;
  clock: Clock;
}

const AT_ONCE = 20;

/**
 * Makes every coming generation the current one. A key that the coming one does not have is one that no record tells of any more, because
 * records expire: it is carried over.
 * @returns undefined when Redis lost a generation
 */
export async function switchAll(
  { generations, clock }: FinishPorts,
  buildings: readonly Building[],
  only: string | undefined,
): Promise<Built[] | undefined> {
  const names = await keysOf(generations, buildings, only);
  const built: Built[] = [];
  let lost = false;
  await inParallel(buildings, AT_ONCE, async (building) => {
    const { current, coming } = names.get(building.announced) ?? {
      current: new Set<string>(),
      coming: new Set<string>(),
    };
    const alone = [...current].filter((name) => !coming.has(name));
    const end = building.byAnother ? 'switched' : await carryAndSwitch({ generations, clock }, building, alone);
    if (end === 'lost') lost = true;
    else if (end === 'switched')
      built.push({ building: { ...building, byAnother: true }, keys: coming.size, carried: 0 });
    else built.push({ building, keys: coming.size, carried: end });
  });
  // A loss after the first switch takes with it what was switched already.
  await inParallel(built, AT_ONCE, async ({ building: { announced } }) => {
    if (!(await steadily(clock, () => generations.standing(announced)))) lost = true;
  });
  return lost ? undefined : built;
}

/** @returns how many keys were carried over */
async function carryAndSwitch(
  { generations, clock }: Pick<FinishPorts, 'generations' | 'clock'>,
  { announced, declaration: { kind } }: Building,
  keys: readonly string[],
): Promise<number | Overtaken> {
  let copied = 0;
  const large: string[] = [];
  for (let at = 0; at < keys.length; ) {
    const end = await steadily(clock, () => generations.carry(announced, kind, keys.slice(at, at + KEYS_AT_ONCE)));
    if (typeof end === 'string') return end;
    at += end.done;
    copied += end.copied;
    large.push(...end.large);
  }
  const end = await steadily(clock, () => generations.switch(announced, kind, large));
  return typeof end === 'number' ? copied + end : end;
}

interface Names {
  current: Set<string>;
  coming: Set<string>;
}

async function keysOf(
  generations: GenerationStore,
  buildings: readonly Building[],
  only: string | undefined,
): Promise<Map<Announcement, Names>> {
  const pairs = new Map(
    buildings.map(({ announced }) => [
      pairOf(announced.tenant, announced.projection),
      { announced, names: { current: new Set<string>(), coming: new Set<string>() } },
    ]),
  );
  for await (const page of generations.scan(only)) {
    for (const { tenant, projection, generation, use, name } of page) {
      const pair = pairs.get(pairOf(tenant, projection));
      if (!pair || use !== 'key') continue;
      if (generation === pair.announced.current) pair.names.current.add(name);
      if (generation === pair.announced.coming) pair.names.coming.add(name);
    }
  }
  return new Map([...pairs.values()].map(({ announced, names }) => [announced, names]));
}

/**
 * Deletes what generations of these projections left behind that are not live any more, and cuts the guards of the new ones as consumers do once a record says that
 * its projections are applied. What fails here is done by the next rebuild, or ends by itself.
 */
export async function tidy(
  { records, generations, projections, clock }: FinishPorts,
  built: readonly Built[],
  only: string | undefined,
): Promise<void> {
  const guarded = new Map(
    built.map(({ building: { announced } }) => [pairOf(announced.tenant, announced.projection), announced.coming]),
  );
  const live = new Map<string, readonly string[]>();
  await inParallel(built, AT_ONCE, async ({ building: { tenant, projection } }) => {
    live.set(pairOf(tenant, projection), await steadily(clock, () => generations.live(tenant, projection)));
  });
  for await (const page of generations.scan(only)) {
    const dead = page.filter(
      ({ tenant, projection, generation }) => live.get(pairOf(tenant, projection))?.includes(generation) === false,
    );
    if (dead.length > 0) await steadily(clock, () => generations.drop(dead));
    const guards = page.filter(
      ({ tenant, projection, generation, use }) =>
        use === 'guard' && guarded.get(pairOf(tenant, projection)) === generation,
    );
    if (guards.length === 0) continue;
    const projected = await records.projected([...new Set(guards.map(({ name }) => name))]);
    const done = guards.filter(({ name }) => projected.has(name));
    await steadily(clock, () =>
      projections.cutGuards(done.map(({ tenant, projection, name }) => ({ tenant, projection, eventKey: name }))),
    );
  }
}
