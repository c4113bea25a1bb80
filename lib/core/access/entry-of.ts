import type { KeyEntry, StoredKey } from './key-entry.ts';

/** A key as it is shown: without what its texts are found by. */
export const entryOf = ({ hash, before, ...entry }: StoredKey): KeyEntry => entry;
