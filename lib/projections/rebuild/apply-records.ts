import { inParallel } from '../../core/in-parallel.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GenerationStore } from '../../ports/generations.ts';
import type { SettledRecord, SettledRecords } from '../../ports/settled-records.ts';
import type { Log } from '../../sdk/log.ts';
import type { Building } from './finish.ts';
import { steadily } from './steadily.ts';
import { alive, type Declared, declaredOf, isInDoubt, pairOf } from './survey.ts';

/** What Redis had acknowledged is gone, so the rebuild begins again (protocol: rebuild-begins-again). */
export class Lost extends Error {}

interface ApplyPorts {
  records: SettledRecords;
  generations: Pick<GenerationStore, 'apply'>;
  clock: Clock;
  log: Pick<Log, 'info'>;
}

interface Walk {
  /** By pairOf. */
  building: ReadonlyMap<string, Building>;
  declared: Declared;
  only: string | undefined;
  /** When the survey began that the lifetimes are of. */
  surveyedAt: number;
  /** The event keys of those to apply; all when absent. */
  among?: ReadonlySet<string>;
}

interface Applied {
  /** Event keys whose record does not yet say that its projections are applied, which they are now. */
  pending: string[];
  /** Event keys of what was left alone, because a survey has yet to tell whether keys of it have ended. */
  inDoubt: Set<string>;
}

const AT_ONCE = 100;

/**
 * Walks over the records and applies each to the coming generations.
 * @throws Lost, DependencyError
 */
export async function applyRecords(ports: ApplyPorts, walk: Walk): Promise<Applied> {
  const pending: string[] = [];
  const inDoubt = new Set<string>();
  let applied = 0;
  for await (const page of ports.records.pages()) {
    const some = walk.among ? page.filter(({ key }) => walk.among?.has(key)) : page;
    await inParallel(some, AT_ONCE, async (record) => {
      const end = await applyRecord(ports, walk, record);
      if (end === 'in doubt') inDoubt.add(record.key);
      if (end === 'whole' && !record.projected) pending.push(record.key);
    });
    applied += some.length;
    ports.log.info('records applied', { records: applied });
  }
  return { pending, inDoubt };
}

/** @returns whether all projections of the record were applied; none where it is in doubt */
async function applyRecord(
  { generations, clock }: ApplyPorts,
  { building, declared, only, surveyedAt }: Walk,
  record: SettledRecord,
): Promise<'whole' | 'in part' | 'in doubt'> {
  const { key, tenant, settledAt } = record;
  const now = clock.now();
  const known = declaredOf(record, declared, only).map(({ recorded }) => ({
    recorded,
    one: building.get(pairOf(tenant, recorded.projection)),
  }));
  if (known.some(({ one, recorded }) => one && isInDoubt(one, recorded, settledAt, { surveyedAt, now })))
    return 'in doubt';
  let whole = known.length === record.projections.length;
  for (const { one, recorded } of known) {
    // One that appeared after the survey, which consumers write, or that another rebuild has finished, which may not have seen this record:
    // its message applies it.
    if (!one || one.byAnother) {
      whole = false;
      continue;
    }
    const { commands, misfit, expireAt } = alive(one, recorded, settledAt, now);
    // Without a guard, as consumers leave what is refused: a rebuild of that kind may go on with this generation.
    if (misfit) {
      one.refused++;
      whole = false;
      continue;
    }
    const end = await steadily(clock, () => generations.apply(one.announced, key, { ...recorded, commands }, expireAt));
    if (end === 'lost') throw new Lost();
    if (end === 'switched') one.byAnother = true;
    if (end === 'refused') one.refused++;
    if (end !== 'applied') whole = false;
  }
  return whole ? 'whole' : 'in part';
}
