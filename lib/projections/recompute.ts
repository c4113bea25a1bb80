import type { SettledRecords } from '../ports/settled-records.ts';
import { kindOf, type ProjectionKind } from '../sdk/projection.ts';
import { alive, type Declared, declaredOf, pairOf, survey } from './rebuild/survey.ts';

/** One structure as the records tell it, without Redis. */
export interface Structure {
  tenant: string;
  projection: string;
  key: string;
  kind: ProjectionKind;
  told: Map<string, bigint>;
}

/** Names one structure; no part has a space in it. */
export const structureId = (tenant: string, projection: string, key: string): string =>
  `${pairOf(tenant, projection)} ${key}`;

/**
 * What every projection must hold, told by the records alone: an oracle for rebuilds, and for Redis as it stands. Keys that have ended by `now`
 * are left out.
 * @param records every record; walked over twice
 * @param only one projection, when given
 * @returns by structureId
 */
export async function recompute(
  records: Pick<SettledRecords, 'pages'>,
  declared: Declared,
  now: number,
  only?: string,
): Promise<Map<string, Structure>> {
  const found = await survey(records, declared, only);
  const structures = new Map<string, Structure>();
  for await (const page of records.pages()) {
    for (const record of page) {
      for (const { recorded, declaration } of declaredOf(record, declared, only)) {
        const { tenant, settledAt } = record;
        const { projection } = recorded;
        const one = found.get(pairOf(tenant, projection));
        if (!one) continue;
        for (const [, key, ...args] of alive(one, recorded, settledAt, now).commands) {
          if (kindOf(declaration.kind).members && args.length === 0) continue;
          const id = structureId(tenant, projection, key);
          const structure = structures.get(id) ?? {
            ...{ tenant, projection, key, kind: declaration.kind },
            told: new Map<string, bigint>(),
          };
          structures.set(id, structure);
          change(structure, args);
        }
      }
    }
  }
  return structures;
}

function change({ kind, told }: Structure, args: readonly string[]): void {
  const { tell, join } = kindOf(kind);
  for (const [name, number] of tell(args)) {
    const before = told.get(name);
    told.set(name, before === undefined ? number : join(before, number));
  }
}
