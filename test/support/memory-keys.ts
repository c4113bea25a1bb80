import type { StoredKey, TenantEntry } from '../../lib/core/access/key-entry.ts';
import { DependencyError } from '../../lib/core/errors.ts';
import type { ApiKeys, KnownKey } from '../../lib/ports/api-keys.ts';
import type { AuditEntry } from '../../lib/ports/audit.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { KeyCopies } from '../../lib/ports/key-copies.ts';
import { pageFrom } from './page-from.ts';

/** A store that can fall silent, and counts what it was asked. */
export interface Silenceable {
  silent: boolean;
  /** Names of what was asked of it, in order. */
  readonly asked: string[];
}

export interface MemoryApiKeys extends ApiKeys, Silenceable {
  readonly all: Map<string, StoredKey>;
  readonly tenants: Map<string, TenantEntry>;
  readonly audit: AuditEntry[];
}

const copyOf = <Value>(value: Value): Value => structuredClone(value);

function counted(store: Silenceable, dependency: 'mongodb' | 'redis') {
  return (name: string): void => {
    store.asked.push(name);
    if (store.silent) throw new DependencyError(dependency, 'silent');
  };
}

/** Keys in memory, as lib/adapters/mongo/api-keys.ts keeps them. */
export function memoryApiKeys(): MemoryApiKeys {
  const all = new Map<string, StoredKey>();
  const tenants = new Map<string, TenantEntry>();
  const audit: AuditEntry[] = [];
  const known = (key: StoredKey | undefined): KnownKey | null =>
    key ? copyOf({ key, tenant: tenants.get(key.tenant) ?? { tenant: key.tenant } }) : null;
  const of = (whose: Parameters<ApiKeys['byId']>[0], id: string) => {
    const key = all.get(id);
    return key && (whose === 'all tenants' || whose.tenant === key.tenant) ? key : undefined;
  };
  const store: MemoryApiKeys = {
    ...{ all, tenants, audit, silent: false, asked: [] },
    async byHash(hash) {
      ask('byHash');
      return known([...all.values()].find((key) => key.hash === hash || key.before?.hash === hash));
    },
    async byId(whose, id) {
      ask('byId');
      return known(of(whose, id));
    },
    async list(whose, page) {
      ask('list');
      const items = [...all.keys()].flatMap((id) => of(whose, id) ?? []);
      return pageFrom(copyOf(items.toReversed()), page);
    },
    async create(made) {
      ask('create');
      all.set(made.key.id, copyOf(made.key));
      audit.push(made.audit);
    },
    async change(whose, id, decide) {
      ask('change');
      const before = known(of(whose, id));
      const change = before && decide(before);
      if (!change) return before;
      all.set(id, copyOf(change.key));
      audit.push(change.audit);
      return known(change.key);
    },
    async used(ids, at) {
      ask('used');
      for (const id of ids) {
        const key = all.get(id);
        if (key) all.set(id, { ...key, lastUsed: at });
      }
    },
    async tenant(tenant) {
      ask('tenant');
      return tenants.get(tenant) ?? { tenant };
    },
    async putTenant(entry, told) {
      ask('putTenant');
      const before = tenants.get(entry.tenant) ?? { tenant: entry.tenant };
      tenants.set(entry.tenant, entry);
      audit.push(told(before));
      return before;
    },
  };
  const ask = counted(store, 'mongodb');
  return store;
}

export interface MemoryKeyCopies extends KeyCopies, Silenceable {
  /** As if Redis had been emptied. */
  forget(): void;
}

/** Copies and marks in memory, as lib/adapters/redis/key-copies.ts keeps them. */
export function memoryKeyCopies({ now }: Pick<Clock, 'now'>): MemoryKeyCopies {
  const copies = new Map<string, { copy: KnownKey & { copiedAt: number }; gone: number }>();
  const ended = new Set<string>();
  const disabled = new Set<string>();
  const there = (of: string) => {
    const found = copies.get(of);
    return found && found.gone > now() ? copyOf(found.copy) : undefined;
  };
  const store: MemoryKeyCopies = {
    ...{ silent: false, asked: [] },
    async read(hash, tenant) {
      ask('read');
      const copy = there(hash);
      const whose = copy?.key.tenant ?? tenant;
      return {
        ...(copy && { copy }),
        ended: ended.has(hash),
        disabled: whose !== undefined && disabled.has(whose),
      };
    },
    async write(known, at) {
      ask('write');
      const { id, hash, before } = known.key;
      for (const of of [id, hash, ...(before ? [before.hash] : [])])
        copies.set(of, { copy: copyOf({ ...known, copiedAt: at }), gone: now() + 86_400_000 });
    },
    async byId(id) {
      ask('byId');
      const copy = there(id);
      return copy ? { key: copy.key, tenant: copy.tenant } : null;
    },
    async end(hashes) {
      ask('end');
      for (const hash of hashes) ended.add(hash);
    },
    async disable(tenant, isDisabled) {
      ask('disable');
      if (isDisabled) disabled.add(tenant);
      else disabled.delete(tenant);
    },
    forget() {
      copies.clear();
    },
  };
  const ask = counted(store, 'redis');
  return store;
}
