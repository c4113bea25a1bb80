import { inParallel } from '../../core/in-parallel.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GenerationStore } from '../../ports/generations.ts';
import type { Projections } from '../../ports/projections.ts';
import type { SettledRecord, SettledRecords } from '../../ports/settled-records.ts';
import { SluiceError } from '../../sdk/errors.ts';
import type { Log } from '../../sdk/log.ts';
import { type Building, type Built, switchAll, tidy } from './finish.ts';
import { steadily } from './steadily.ts';
import { alive, type Declared, declaredOf, pairOf, survey } from './survey.ts';

export interface RebuildPorts {
  records: SettledRecords;
  generations: GenerationStore;
  projections: Pick<Projections, 'cutGuards'>;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn'>;
}

export interface RebuildOptions {
  /** All projections of the catalogue. */
  declared: Declared;
  /** One of them; all when absent. */
  only?: string | undefined;
}

/** One tenant's projection after it was rebuilt. */
export interface Rebuilt {
  projection: string;
  tenant: string;
  /** Records that told of it. */
  records: number;
  /** When the first of them was settled: RFC 3339. */
  since: string;
  /** Structures that hold what records told. */
  keys: number;
  /** Structures that no record tells of any more, kept as they were. */
  carried: number;
  /** Records whose commands fit no structure of the declared kind. */
  refused: number;
  /** Another rebuild at the same time has finished it. */
  byAnother: boolean;
}

/** Every one begins with a loss in Redis; after so many something else is wrong. */
const MOST_ROUNDS = 5;
const AT_ONCE = 100;

/** What Redis had acknowledged is gone, so the rebuild begins again (protocol: rebuild-begins-again). */
class Lost extends Error {}

/**
 * Rebuilds projections from the records in MongoDB, while consumers go on (protocol: both-generations): announces a
 * coming key generation, to which consumers write from then on too; applies every settled record to it, each once
 * behind the guard that consumers use; then makes it the current one. One that died is finished by the next; two at a
 * time share the work. A key is what its records since it last ended tell.
 * @returns one row per tenant's projection of which there are records, sorted
 * @throws DependencyError when MongoDB or Redis cannot be reached; SluiceError `rebuild-lost` when Redis keeps losing what it acknowledged
 */
export async function rebuild(ports: RebuildPorts, options: RebuildOptions): Promise<Rebuilt[]> {
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    try {
      return await once(ports, options);
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      ports.log.warn('Redis has lost what it had acknowledged: the rebuild begins again', { round });
    }
  }
  throw new SluiceError('rebuild-lost', `Redis lost what it had acknowledged ${MOST_ROUNDS} times in one rebuild`);
}

async function once(ports: RebuildPorts, { declared, only }: RebuildOptions): Promise<Rebuilt[]> {
  const { log, generations, clock } = ports;
  const found = await survey(ports.records, declared, only);
  log.info('records surveyed', {
    projections: found.size,
    records: sum([...found.values()].map(({ records }) => records)),
  });
  const building = new Map<string, Building>();
  await inParallel(found, AT_ONCE, async ([pair, surveyed]) => {
    const { tenant, projection } = surveyed;
    const announced = await steadily(clock, () => generations.announce(tenant, projection));
    building.set(pair, { ...surveyed, announced, refused: 0, byAnother: false });
  });
  log.info('coming generations announced', { projections: building.size });

  const pending: string[] = [];
  let applied = 0;
  for await (const page of ports.records.pages()) {
    await inParallel(page, AT_ONCE, async (record) => {
      const whole = await applyRecord(ports, building, declared, only, record);
      if (whole && !record.projected) pending.push(record.key);
    });
    applied += page.length;
    log.info('records applied', { records: applied });
  }

  const built = await switchAll(ports, [...building.values()], only);
  if (!built) throw new Lost();
  log.info('coming generations are current', { projections: built.length });
  // What was pending is applied now, so its message finds nothing left to do.
  await ports.records.markProjected(pending);
  await tidy(ports, built, only);
  return built
    .map(rowOf)
    .toSorted((a, b) => (pairOf(a.projection, a.tenant) < pairOf(b.projection, b.tenant) ? -1 : 1));
}

/** @returns whether all projections of the record were applied */
async function applyRecord(
  { generations, clock }: RebuildPorts,
  building: ReadonlyMap<string, Building>,
  declared: Declared,
  only: string | undefined,
  record: SettledRecord,
): Promise<boolean> {
  const { key, tenant, settledAt } = record;
  const known = declaredOf(record, declared, only);
  let whole = known.length === record.projections.length;
  for (const { recorded } of known) {
    const one = building.get(pairOf(tenant, recorded.projection));
    // One that appeared after the survey, which consumers write, or that another rebuild has finished, which may not have seen this record:
    // its message applies it.
    if (!one || one.byAnother) {
      whole = false;
      continue;
    }
    const { commands, misfit, expireAt } = alive(one, recorded, settledAt, clock.now());
    const end = await steadily(clock, () => generations.apply(one.announced, key, { ...recorded, commands }, expireAt));
    if (end === 'lost') throw new Lost();
    if (end === 'switched') one.byAnother = true;
    if (end === 'refused' || misfit) one.refused++;
    if (end !== 'applied' || misfit) whole = false;
  }
  return whole;
}

const rowOf = ({ building, keys, carried }: Built): Rebuilt => {
  const { projection, tenant, records, since, refused, byAnother } = building;
  return { projection, tenant, records, since: new Date(since).toISOString(), keys, carried, refused, byAnother };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
