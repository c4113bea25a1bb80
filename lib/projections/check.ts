import { messageOf } from '../core/errors.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { Clock } from '../ports/clock.ts';
import type { GenerationStore } from '../ports/generations.ts';
import type { Projections } from '../ports/projections.ts';
import type { SettledRecords } from '../ports/settled-records.ts';
import type { ProjectionKind } from '../sdk/declarations.ts';
import type { ProjectionValues } from './read.ts';
import { type Declared, pairOf } from './rebuild/survey.ts';
import { recompute, type Structure, structureId } from './recompute.ts';

/** Where Redis holds otherwise than the records tell. */
export interface Difference {
  projection: string;
  tenant: string;
  key: string;
  /** Field or member; absent: the structure itself. */
  name?: string;
  /** What the records tell, and what Redis holds; null: not there. */
  expected: number | null;
  found: number | string | null;
}

export interface Checked {
  structures: number;
  differences: Difference[];
  /** Structures that no record tells of, of projections that outlive records: they may well be right. */
  older: number;
}

interface CheckPorts {
  records: Pick<SettledRecords, 'pages'>;
  generations: Pick<GenerationStore, 'scan' | 'live'>;
  projections: Pick<Projections, 'read'>;
  clock: Pick<Clock, 'now'>;
}

const AT_ONCE = 50;
/** Four times the standard error of a HyperLogLog. https://redis.io/docs/latest/develop/data-types/probabilistic/hyperloglogs/ */
const ESTIMATE = 4 * 0.0081;
/** Of a few members, two may share a register. */
const LEAST_ESTIMATE = 2;

/**
 * Compares what Redis holds with what the records tell. While consumers run, what is between the two shows as differences.
 * A hyperloglog is compared by its count: within 3.24 % (four standard errors) or 2 of the number of different members.
 * @param retentionDays how long records stay
 * @throws DependencyError
 */
export async function checkProjections(
  { records, generations, projections, clock }: CheckPorts,
  { declared, only, retentionDays }: { declared: Declared; only?: string | undefined; retentionDays: number },
): Promise<Checked> {
  const expected = await recompute(records, declared, clock.now(), only);
  const all = new Map([...expected].map(([id, structure]) => [id, { ...structure, told: true }]));
  for (const { tenant, projection, key, kind } of await stored(generations, declared, only)) {
    const id = structureId(tenant, projection, key);
    if (!all.has(id)) all.set(id, { ...nothing(kind), tenant, projection, key, told: false });
  }
  const differences: Difference[] = [];
  let older = 0;
  await inParallel(all.values(), AT_ONCE, async (structure) => {
    const { tenant, projection, key, kind, told } = structure;
    if (!told && outlives(declared, projection, retentionDays)) {
      older++;
      return;
    }
    const at = { projection, tenant, key };
    try {
      const read = await projections.read(tenant, projection, kind, [key]);
      // The adapter reads each kind by that kind's command, so the kind decides the shape.
      differences.push(
        ...compare(structure, read as ProjectionValues[ProjectionKind]).map((one) => ({ ...at, ...one })),
      );
    } catch (error) {
      if (!messageOf(error).includes('WRONGTYPE')) throw error;
      differences.push({
        ...at,
        expected: told ? structure.numbers.size + structure.members.size : null,
        found: 'of another kind',
      });
    }
  });
  const order = ({ projection, tenant, key, name = '' }: Difference): string =>
    [projection, tenant, key, name].join(' ');
  return { structures: all.size, differences: differences.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)), older };
}

/** Whether a projection keeps what records, which expire, cannot tell any more. */
export const outlives = (declared: Declared, projection: string, retentionDays: number): boolean =>
  (declared[projection]?.keepDays ?? Number.POSITIVE_INFINITY) > retentionDays;

const nothing = (kind: ProjectionKind) => ({ kind, numbers: new Map<string, bigint>(), members: new Set<string>() });

/** The structures of the current generations. */
async function stored({ scan, live }: CheckPorts['generations'], declared: Declared, only: string | undefined) {
  const current = new Map<string, string>();
  const found = new Map<string, Pick<Structure, 'tenant' | 'projection' | 'key' | 'kind'>>();
  for await (const page of scan(only)) {
    for (const { tenant, projection, generation, use, name } of page) {
      const declaration = Object.hasOwn(declared, projection) ? declared[projection] : undefined;
      if (use !== 'key' || !declaration || (only !== undefined && only !== projection)) continue;
      const pair = pairOf(tenant, projection);
      const now = current.get(pair) ?? (await live(tenant, projection))[0] ?? '0';
      current.set(pair, now);
      if (generation === now)
        found.set(structureId(tenant, projection, name), { tenant, projection, key: name, kind: declaration.kind });
    }
  }
  return found.values();
}

type Unequal = Pick<Difference, 'name' | 'expected' | 'found'>;

function compare({ kind, numbers, members }: Structure, read: ProjectionValues[ProjectionKind]): Unequal[] {
  if (typeof read === 'number') {
    if (kind === 'hyperloglog') return estimated(members.size, read);
    return unequal(undefined, Number(numbers.get('') ?? 0n), read);
  }
  if (kind === 'set') return byName(new Map([...members].map((name) => [name, 1])), ones(read));
  return byName(new Map([...numbers].map(([name, value]) => [name, Number(value)])), scores(read));
}

const estimated = (expected: number, found: number): Unequal[] =>
  Math.abs(expected - found) <= Math.max(LEAST_ESTIMATE, expected * ESTIMATE) ? [] : [{ expected, found }];

const unequal = (name: string | undefined, expected: number | null, found: number | null): Unequal[] =>
  expected === found ? [] : [{ ...(name !== undefined && { name }), expected, found }];

const byName = (expected: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>): Unequal[] =>
  [...new Set([...expected.keys(), ...found.keys()])].flatMap((name) =>
    unequal(name, expected.get(name) ?? null, found.get(name) ?? null),
  );

const ones = (read: object): Map<string, number> => new Map(Object.values(read).map((name) => [String(name), 1]));
const scores = (read: object): Map<string, number> =>
  Array.isArray(read) ? new Map(read.map(({ member, score }) => [member, score])) : new Map(Object.entries(read));
