import { tenantEntryOf } from '../core/access/entry-of.ts';
import type { StoredTenant, TenantEntry } from '../core/access/key-entry.ts';
import { nextRevision } from '../core/access/revision.ts';
import { DependencyError } from '../core/errors.ts';
import type { ApiKeys } from '../ports/api-keys.ts';
import type { Clock } from '../ports/clock.ts';
import { type EndPorts, endsBy, holdsInRedis } from './ends.ts';
import { type Change, told } from './told.ts';

export interface TenantPorts extends EndPorts {
  keys: Pick<ApiKeys, 'putTenant' | 'tenant'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Says all that is said of a tenant, in place of what was. One that is disabled ends as a revoked key does: MongoDB
 * first, then a mark in Redis; with MongoDB silent the mark alone.
 * @returns when it holds everywhere, and whether both stores hold it, or what was said of it since; else it is to be
 * repeated until they do
 * @throws DependencyError when nothing holds it
 */
export async function changeTenant(
  entry: TenantEntry,
  change: Change,
  { keys, clock, ...ports }: TenantPorts,
): Promise<{ effectiveBy: string; complete: boolean }> {
  const { copies, rememberedMs } = ports;
  const { tenant, disabled = false } = entry;
  const now = clock.now();
  const what = { action: 'tenant.changed', tenant, subject: tenant, at: new Date(now).toISOString() } as const;
  let stored: StoredTenant;
  try {
    stored = await keys.putTenant(tenant, (before) => ({
      tenant: { ...entry, revision: nextRevision(before.revision, now) },
      audit: told(change, what, tenantEntryOf(before), entry),
    }));
  } catch (silence) {
    if (!(silence instanceof DependencyError) || !disabled) throw silence;
    if (!(await holdsInRedis(ports, () => copies.disable(tenant, now)))) throw silence;
    return { effectiveBy: endsBy(now, { inRedis: true, rememberedMs }), complete: false };
  }
  let heard = 0;
  const inRedis = await holdsInRedis(ports, async () => {
    heard = await copies.mark(stored);
  });
  const complete = inRedis && (disabled || (await isSaid(heard, stored, keys)));
  return { effectiveBy: endsBy(now, { inRedis: inRedis && disabled, rememberedMs }), complete };
}

/** Whether MongoDB knows what Redis heard last: a mark that it does not know of would keep an enabled tenant out. */
async function isSaid(
  heard: number,
  { tenant, revision = 0 }: StoredTenant,
  keys: TenantPorts['keys'],
): Promise<boolean> {
  if (heard <= revision) return true;
  try {
    return ((await keys.tenant(tenant)).revision ?? 0) >= heard;
  } catch (silence) {
    if (!(silence instanceof DependencyError)) throw silence;
    return false;
  }
}
