import type { MovedProjection } from '../lib/ports/generations.ts';
import type { Checked } from '../lib/projections/check.ts';
import type { Rebuilt } from '../lib/projections/rebuild/rebuild.ts';
import { table } from './table.ts';

const MOST_SHOWN = 100;

/** A rebuild, for people. */
export function rebuiltText(rows: readonly Rebuilt[], days: number): string {
  if (rows.length === 0) return 'no record tells of a projection: nothing was rebuilt';
  const head = ['projection', 'tenant', 'records', 'since', 'keys', 'carried over', 'refused'];
  const body = rows.map(({ projection, tenant, records, since, keys, carried, refused, byAnother }) => [
    ...[projection, tenant, String(records), since.slice(0, 10), String(keys), String(carried), String(refused)],
    byAnother ? 'finished by another rebuild' : '',
  ]);
  return `${table([[...head, ''], ...body])}

Records stay ${days} days after they were settled. A key is whole if all that ever changed it is younger; of any other key this is
what the records that are left tell. A key that none of them tells of was carried over as it was.`;
}

/** A comparison, for people. */
export function checkedText({ structures, differences, older }: Checked): string {
  const counts = `${structures} structures compared, ${differences.length} differences, ${older} older than the records`;
  if (differences.length === 0) return counts;
  const rows = differences
    .slice(0, MOST_SHOWN)
    .map(({ projection, tenant, key, name = '', expected, found }) => [
      ...[projection, tenant, key, name],
      `records tell ${expected ?? 'nothing'}`,
      `Redis holds ${found ?? 'nothing'}`,
    ]);
  const more =
    differences.length > MOST_SHOWN ? `\n… and ${differences.length - MOST_SHOWN} more (--json shows all)` : '';
  return `${table(rows)}${more}\n\n${counts}`;
}

/** A move, for people. */
export function movedText(rows: readonly MovedProjection[]): string {
  if (rows.length === 0) return 'no key has the layout before: nothing was moved';
  const body = rows.map(({ projection, tenant, keys, left }) => [
    ...[projection, tenant, String(keys)],
    left ? 'left as it is: it has begun in the new layout; rebuild it' : '',
  ]);
  return table([['projection', 'tenant', 'keys moved', ''], ...body]);
}
