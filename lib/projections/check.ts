import { messageOf } from '../core/errors.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { Clock } from '../ports/clock.ts';
import type { GenerationStore } from '../ports/generations.ts';
import type { Projections } from '../ports/projections.ts';
import type { SettledRecords } from '../ports/settled-records.ts';
import { own } from '../sdk/own.ts';
import { kindOf } from '../sdk/projection.ts';
import type { Unequal } from '../sdk/told.ts';
import { type Declared, pairOf } from './rebuild/survey.ts';
import { recompute, type Structure, structureId } from './recompute.ts';

/** Where Redis holds otherwise than the records tell. */
export interface Difference extends Omit<Unequal, 'found'> {
  projection: string;
  tenant: string;
  key: string;
  found: Unequal['found'] | 'of another kind';
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

/**
 * Compares what Redis holds with what the records tell, each kind as it says. While consumers run, what is between the two
 * shows as differences.
 * @param retentionDays how long records stay
 * @throws DependencyError
 */
export async function checkProjections(
  { records, generations, projections, clock }: CheckPorts,
  { declared, only, retentionDays }: { declared: Declared; only?: string | undefined; retentionDays: number },
): Promise<Checked> {
  const all = await recompute(records, declared, clock.now(), only);
  for (const { tenant, projection, key, kind } of await stored(generations, declared, only)) {
    const id = structureId(tenant, projection, key);
    if (!all.has(id)) all.set(id, { tenant, projection, key, kind, told: new Map() });
  }
  const differences: Difference[] = [];
  let older = 0;
  await inParallel(all.values(), AT_ONCE, async ({ tenant, projection, key, kind, told }) => {
    const known = told.size > 0;
    if (!known && outlives(declared, projection, retentionDays)) {
      older++;
      return;
    }
    const at = { projection, tenant, key };
    try {
      const value = await projections.read(tenant, projection, kind, [key]);
      differences.push(
        ...kindOf(kind)
          .compare(told, value)
          .map((one) => ({ ...at, ...one })),
      );
    } catch (error) {
      if (!messageOf(error).includes('WRONGTYPE')) throw error;
      differences.push({ ...at, expected: known ? told.size : null, found: 'of another kind' });
    }
  });
  const order = ({ projection, tenant, key, name = '' }: Difference): string =>
    [projection, tenant, key, name].join(' ');
  return { structures: all.size, differences: differences.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)), older };
}

/** Whether a projection keeps what records, which expire, cannot tell any more. */
export const outlives = (declared: Declared, projection: string, retentionDays: number): boolean =>
  (own(declared, projection)?.keepDays ?? Number.POSITIVE_INFINITY) > retentionDays;

/** The structures of the current generations. */
async function stored({ scan, live }: CheckPorts['generations'], declared: Declared, only: string | undefined) {
  const current = new Map<string, string>();
  const found = new Map<string, Pick<Structure, 'tenant' | 'projection' | 'key' | 'kind'>>();
  for await (const page of scan(only)) {
    for (const { tenant, projection, generation, use, name } of page) {
      const declaration = own(declared, projection);
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
