import type { TenantEntry } from '../core/access/key-entry.ts';
import { DependencyError } from '../core/errors.ts';
import type { ApiKeys } from '../ports/api-keys.ts';
import type { Clock } from '../ports/clock.ts';
import { type EndPorts, endsBy, holdsInRedis } from './ends.ts';
import { type Change, told } from './told.ts';

export interface TenantPorts extends EndPorts {
  keys: Pick<ApiKeys, 'putTenant'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Says all that is said of a tenant, in place of what was. One that is disabled ends as a revoked key does: MongoDB
 * first, then a mark in Redis; with MongoDB silent the mark alone.
 * @returns when it holds everywhere, and whether both stores hold it; else it is to be repeated until they do
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
  try {
    await keys.putTenant(entry, (before) => told(change, what, before, entry));
  } catch (silence) {
    if (!(silence instanceof DependencyError) || !disabled) throw silence;
    if (!(await holdsInRedis(ports, () => copies.disable(tenant, true)))) throw silence;
    return { effectiveBy: endsBy(now, { inRedis: true, rememberedMs }), complete: false };
  }
  const complete = await holdsInRedis(ports, () => copies.disable(tenant, disabled));
  return { effectiveBy: endsBy(now, { inRedis: complete && disabled, rememberedMs }), complete };
}
