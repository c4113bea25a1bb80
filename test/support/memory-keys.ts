import type { StoredKey, StoredTenant } from '../../lib/core/access/key-entry.ts';
import { isOlder } from '../../lib/core/access/revision.ts';
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
  readonly tenants: Map<string, StoredTenant>;
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
  const tenants = new Map<string, StoredTenant>();
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
    async heard(id, hash) {
      ask('heard');
      const key = all.get(id);
      if (key?.hash !== hash) return false;
      const { unheard: _, ...rest } = key;
      all.set(id, rest);
      return true;
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
    async putTenant(tenant, decide) {
      ask('putTenant');
      const change = decide(copyOf(tenants.get(tenant) ?? { tenant }));
      tenants.set(tenant, copyOf(change.tenant));
      audit.push(change.audit);
      return change.tenant;
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
  const heard = new Map<string, number>();
  const there = (of: string) => {
    const found = copies.get(of);
    return found && found.gone > now() ? copyOf(found.copy) : undefined;
  };
  const store: MemoryKeyCopies = {
    ...{ silent: false, asked: [] },
    async read(hash, believed) {
      ask('read');
      const copy = there(hash);
      const key = copy?.key ?? believed;
      return {
        ...(copy && { copy }),
        ended: ended.has(hash) || (key !== undefined && ended.has(key.id)),
        disabled: key !== undefined && disabled.has(key.tenant),
      };
    },
    async write(known, at) {
      ask('write');
      const { id, hash, before } = known.key;
      const copy = copyOf({ ...known, copiedAt: at });
      for (const of of [id, hash, ...(before ? [before.hash] : [])]) {
        const standing = there(of);
        if (!standing || !isOlder(copy, standing)) copies.set(of, { copy, gone: now() + 86_400_000 });
      }
    },
    async byId(id) {
      ask('byId');
      const copy = there(id);
      return copy ? { key: copy.key, tenant: copy.tenant } : null;
    },
    async end(what) {
      ask('end');
      for (const of of what) ended.add(of);
    },
    async mark({ tenant, disabled: isDisabled, revision = 0 }) {
      ask('mark');
      const newest = heard.get(tenant) ?? 0;
      if (newest > revision) return newest;
      heard.set(tenant, revision);
      if (isDisabled) disabled.add(tenant);
      else disabled.delete(tenant);
      return revision;
    },
    async disable(tenant, at) {
      ask('disable');
      heard.set(tenant, Math.max((heard.get(tenant) ?? 0) + 1, at));
      disabled.add(tenant);
    },
    forget() {
      copies.clear();
    },
  };
  const ask = counted(store, 'redis');
  return store;
}
