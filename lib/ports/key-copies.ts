import type { StoredKey, StoredTenant } from '../core/access/key-entry.ts';
import type { KnownKey } from './api-keys.ts';

/** What the fast store knows of a text. */
export interface KnownCopy {
  /** Absent: it knows none. */
  readonly copy?: KnownKey & { readonly copiedAt: number };
  /** Marks that stand above every copy: this key has ended, its tenant is disabled. */
  readonly ended: boolean;
  readonly disabled: boolean;
}

/** Copies of keys in the fast store, and marks of what has ended. All throw DependencyError when it is silent. */
export interface KeyCopies {
  /**
   * Copy and marks, in one flush; in two where the copy is of another key than is believed.
   * @param hash of a text
   * @param key that this text is believed to open
   */
  read(hash: string, key?: Pick<StoredKey, 'id' | 'tenant'>): Promise<KnownCopy>;
  /**
   * Under each text that opens the key, and findable by its id; kept for 24 h. A newer copy stays
   * (lib/core/access/revision.ts).
   * @param at milliseconds
   */
  write(known: KnownKey, at: number): Promise<void>;
  /** @returns the copy that was written last, whatever has ended since; null: it knows none */
  byId(id: string): Promise<KnownKey | null>;
  /** Marks as ended, for longer than any copy lives. May be repeated. @param what hashes of texts, or ids: all texts of such a key, known or not */
  end(what: readonly string[]): Promise<void>;
  /**
   * Marks a tenant as disabled, for longer than any copy lives, or takes the mark away, as this entry of MongoDB says;
   * not where a newer one was heard of.
   * @returns the newest revision that was heard of
   */
  mark(tenant: StoredTenant): Promise<number>;
  /** Marks a tenant as disabled without a word of MongoDB, over all that was heard of. @param at milliseconds */
  disable(tenant: string, at: number): Promise<void>;
}
