import type { StoredKey, StoredTenant } from '../core/access/key-entry.ts';
import type { AuditEntry } from './audit.ts';
import type { ListFilter, Page } from './page.ts';

/** A key and what is said of its tenant: all that a verdict about it needs. */
export interface KnownKey {
  readonly key: StoredKey;
  readonly tenant: StoredTenant;
}

/** Whose keys are meant: those of one tenant, or of all. */
export type KeysOf = { readonly tenant: string } | 'all tenants';

/** What becomes of a key, and what is told of it. */
export interface KeyChange {
  readonly key: StoredKey;
  readonly audit: AuditEntry;
}

/** What becomes of a tenant, and what is told of it. */
export interface TenantChange {
  readonly tenant: StoredTenant;
  readonly audit: AuditEntry;
}

/** The keys of a stage, for good. All throw DependencyError when the store is silent. */
export interface ApiKeys {
  /** @param hash of a text (lib/core/access/api-key.ts). @returns the key that it opens or once opened, were it ended */
  byHash(hash: string): Promise<KnownKey | null>;
  byId(of: KeysOf, id: string): Promise<KnownKey | null>;
  /** Newest first. */
  list(of: KeysOf, filter: Pick<ListFilter, 'limit' | 'cursor'>): Promise<Page<StoredKey>>;
  /** In one transaction with what is told of it. */
  create(made: KeyChange): Promise<void>;
  /**
   * In one transaction with what is told of it.
   * @param decide sees the key as it stands in the transaction, may be called again, and throws what the caller is told;
   * null changes nothing
   * @returns the key after it; null: there is no such key
   */
  change(of: KeysOf, id: string, decide: (known: KnownKey) => KeyChange | null): Promise<KnownKey | null>;
  /**
   * That Redis has heard what a rotation ended: nothing is unheard any more.
   * @param hash of its new text. @returns false where that is not the newest any more
   */
  heard(id: string, hash: string): Promise<boolean>;
  /** That keys were used; at most once a minute for each. */
  used(ids: readonly string[], at: string): Promise<void>;
  /** @returns `{ tenant }` alone for one that nobody has said anything of */
  tenant(tenant: string): Promise<StoredTenant>;
  /**
   * In one transaction with what is told of it.
   * @param decide sees the tenant as it stands in the transaction, and may be called again
   * @returns the tenant after it
   */
  putTenant(tenant: string, decide: (before: StoredTenant) => TenantChange): Promise<StoredTenant>;
}
