import type { SettledRecords } from '../ports/settled-records.ts';
import type { ProjectionKind } from '../sdk/declarations.ts';
import { alive, type Declared, declaredOf, pairOf, survey } from './rebuild/survey.ts';

/** One structure as the records tell it, without Redis. */
export interface Structure {
  tenant: string;
  projection: string;
  key: string;
  kind: ProjectionKind;
  /** counter: one number under ''; hash: by field; sorted-set: by member. */
  numbers: Map<string, bigint>;
  /** hyperloglog and set. */
  members: Set<string>;
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
          if ((declaration.kind === 'set' || declaration.kind === 'hyperloglog') && args.length === 0) continue;
          const id = structureId(tenant, projection, key);
          const structure = structures.get(id) ?? {
            ...{ tenant, projection, key, kind: declaration.kind },
            numbers: new Map<string, bigint>(),
            members: new Set<string>(),
          };
          structures.set(id, structure);
          change(structure, args);
        }
      }
    }
  }
  return structures;
}

function change({ kind, numbers, members }: Structure, args: readonly string[]): void {
  const add = (name: string, by = '0') => numbers.set(name, (numbers.get(name) ?? 0n) + BigInt(by));
  const [first = '', second = ''] = args;
  if (kind === 'counter') add('', first);
  else if (kind === 'hash') add(first, second);
  else if (kind === 'sorted-set') add(second, first);
  else for (const member of args) members.add(member);
}
