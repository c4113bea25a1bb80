import { inParallel } from '../../core/in-parallel.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GenerationStore } from '../../ports/generations.ts';
import type { Projections } from '../../ports/projections.ts';
import type { SettledRecords } from '../../ports/settled-records.ts';
import { SluiceError } from '../../sdk/errors.ts';
import type { Log } from '../../sdk/log.ts';
import { applyRecords, Lost } from './apply-records.ts';
import { type Building, type Built, switchAll, tidy } from './finish.ts';
import { Lifetimes } from './lifetimes.ts';
import { steadily } from './steadily.ts';
import { type Declared, pairOf, survey } from './survey.ts';

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

/** Every one begins with a loss in Redis (protocol: rebuild-begins-again); after so many something else is wrong. */
const MOST_ROUNDS = 5;
const AT_ONCE = 100;

/**
 * Rebuilds projections from the records in MongoDB, while consumers go on (protocol: both-generations): announces a
 * coming key generation, to which consumers write from then on too; applies every settled record to it, each once
 * behind the guard that consumers use; then makes it the current one. One that died is finished by the next; two at a
 * time share the work. A key is what its records since it last ended tell; where keys end, the records are surveyed once
 * more after the announcement.
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
  let surveyedAt = clock.now();
  const found = await survey(ports.records, declared, only);
  log.info('records surveyed', {
    projections: found.size,
    records: sum([...found.values()].map(({ records }) => records)),
  });
  const building = new Map<string, Building>();
  await inParallel(found, AT_ONCE, async ([pair, surveyed]) => {
    const { tenant, projection, declaration } = surveyed;
    const announced = await steadily(clock, () => generations.announce(tenant, projection, declaration.kind));
    building.set(pair, { ...surveyed, announced, refused: 0, byAnother: false });
  });
  found.clear();
  log.info('coming generations announced', { projections: building.size });

  const surveyAnew = async (): Promise<void> => {
    surveyedAt = clock.now();
    // Keys may be many: what is known of them is not kept twice.
    for (const one of building.values()) one.lifetimes = new Lifetimes();
    for (const [pair, { lifetimes }] of await survey(ports.records, declared, only)) {
      const one = building.get(pair);
      if (one) one.lifetimes = lifetimes;
    }
  };
  // What changed a key behind the survey's back, before consumers wrote to the coming generation, would find there that it has ended.
  if ([...building.values()].some(({ lifetimes }) => lifetimes.endAfter(surveyedAt))) await surveyAnew();

  const walk = { building, declared, only };
  const applied = await applyRecords(ports, { ...walk, surveyedAt });
  let pending = applied.pending;
  for (let { inDoubt } = applied; inDoubt.size > 0; ) {
    log.info('keys have ended meanwhile: what changed them last is looked at once more', { records: inDoubt.size });
    await surveyAnew();
    const rest = await applyRecords(ports, { ...walk, surveyedAt, among: inDoubt });
    pending = pending.concat(rest.pending);
    inDoubt = rest.inDoubt;
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

const rowOf = ({ building, keys, carried }: Built): Rebuilt => {
  const { projection, tenant, records, since, refused, byAnother } = building;
  return { projection, tenant, records, since: new Date(since).toISOString(), keys, carried, refused, byAnother };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
