import type { By } from '../core/access/key-entry.ts';
import type { Reach } from './failure-queries.ts';
import type { ListFilter, Page } from './page.ts';

export const auditActions = [
  'key.created',
  'key.rotated',
  'key.revoked',
  'tenant.changed',
  'failure.replayed',
  'failure.edited',
  'failure.discarded',
  'replay.started',
  'replay.cancelled',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Who did what to what, when. Never a value of anybody's data, and never a key. */
export interface AuditEntry {
  /** RFC 3339 in UTC, with milliseconds. */
  readonly at: string;
  /** That it touches; null is no tenant's. */
  readonly tenant: string | null;
  readonly by: By;
  readonly action: AuditAction;
  /** The id of the key, failure or job; the name of the tenant. */
  readonly subject: string;
  /** Of the event type and source that it is about, so that keys bound to others do not see it. */
  readonly type?: string;
  readonly source?: string;
  /** JSON pointers (RFC 6901) of what changed. */
  readonly pointers?: readonly string[];
  /** Hashes of what stood there before and after. */
  readonly before?: string;
  readonly after?: string;
  readonly reason?: string;
  /** The request id of the gateway. */
  readonly request: string;
}

export interface AuditFilter extends Pick<ListFilter, 'since' | 'until' | 'limit' | 'cursor'> {
  /** The id or the name of a key. */
  readonly by?: string;
  readonly action?: AuditAction;
}

/** What was done. Entries are written in the transaction of what they tell of, by whatever port does that. */
export interface Audit {
  /**
   * Newest first.
   * @param reach of what is done to failures and jobs also of which types and sources: what does not say is outside of them
   * @throws DependencyError
   */
  list(reach: Reach, filter: AuditFilter): Promise<Page<AuditEntry>>;
}
