import type { Audit, AuditEntry } from '../../lib/ports/audit.ts';
import { pageFrom } from './page-from.ts';

/** These entries, as lib/adapters/mongo/audit.ts shows them. */
export const memoryAudit = (entries: readonly AuditEntry[]): Audit => ({
  async list({ tenants, types, sources }, { by, action, since, until, ...page }) {
    const shown = entries
      .filter(({ tenant }) => tenants === 'all' || tenants.includes(tenant))
      .filter((entry) => by === undefined || by === entry.by.key || by === entry.by.name)
      .filter((entry) => action === undefined || action === entry.action)
      .filter(({ at }) => (since === undefined || at >= since) && (until === undefined || at < until))
      .filter((entry) => isOfNoType(entry) || (isIn(types, entry.type) && isIn(sources, entry.source)));
    return pageFrom(shown.toReversed(), page);
  },
});

const isOfNoType = ({ action }: AuditEntry): boolean => /^(key|tenant)\./.test(action);

const isIn = (bound: readonly string[] | undefined, one: string | undefined): boolean =>
  bound === undefined || (one !== undefined && bound.includes(one));
