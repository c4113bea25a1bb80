import type { Bounds } from '../../core/access/key-entry.ts';
import type { Tenants } from '../../ports/failure-queries.ts';

/** Whose documents are sought. */
export const ofTenants = (tenants: Tenants): object => (tenants === 'all' ? {} : { tenant: { $in: [...tenants] } });

/** The events that are sought, of those that a key may have to do with: type and source, where either is bound or named. */
export const within = (
  { types, sources }: Bounds,
  { type, source }: { type?: string | undefined; source?: string | undefined } = {},
): object => ({ ...one('type', type, types), ...one('source', source, sources) });

const one = (field: 'type' | 'source', wanted: string | undefined, allowed: readonly string[] | undefined): object => {
  if (wanted === undefined) return allowed ? { [field]: { $in: [...allowed] } } : {};
  return { [field]: allowed && !allowed.includes(wanted) ? { $in: [] } : wanted };
};
