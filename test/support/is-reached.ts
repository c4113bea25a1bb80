import type { Bounds } from '../../lib/core/access/key-entry.ts';
import type { Reach } from '../../lib/ports/failure-queries.ts';

interface Found {
  tenant: string | null;
  type: string | null;
  source?: string;
}

/** What MongoDB's filters say of a document within reach, said once more in memory. */
export const isReached = ({ tenants, ...bounds }: Reach, found: Found): boolean =>
  (tenants === 'all' || tenants.includes(found.tenant)) && isBound(bounds, found);

/** The same of the bounds of a key alone. */
export const isBound = ({ types, sources }: Bounds, { type, source }: Omit<Found, 'tenant'>): boolean =>
  (!types || (type !== null && types.includes(type))) &&
  (!sources || (source !== undefined && sources.includes(source)));
