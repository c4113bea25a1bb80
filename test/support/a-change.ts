import type { Change } from '../../lib/access/told.ts';
import type { AuditEntry } from '../../lib/ports/audit.ts';

/** Somebody, in a request. */
export const aChange: Change = { by: { key: 'k-1', name: 'a test' }, request: 'request-1' };

/** What might be told of something that they did. */
export const anEntry: AuditEntry = {
  ...aChange,
  ...{ at: '2026-11-23T12:00:00.000Z', tenant: 't', action: 'failure.replayed', subject: 's' },
};
