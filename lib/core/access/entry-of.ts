import type { KeyEntry, StoredKey, StoredTenant, TenantEntry } from './key-entry.ts';

/** A key as it is shown: without what its texts are found by, and what orders its changes. */
export const entryOf = ({ hash, before, unheard, revision, ...entry }: StoredKey): KeyEntry => entry;

/** A tenant as it is shown. */
export const tenantEntryOf = ({ revision, ...entry }: StoredTenant): TenantEntry => entry;
