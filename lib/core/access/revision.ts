import type { StoredKey, StoredTenant } from './key-entry.ts';

/** A key and its tenant, as MongoDB told them. */
export interface Told {
  readonly key: Pick<StoredKey, 'revision'>;
  readonly tenant: Pick<StoredTenant, 'revision'>;
}

/**
 * The revision of what is about to be written in MongoDB, by which whoever hears of it later tells older from newer
 * (docs/decisions/0029). It is a time too, so that a mark that MongoDB does not know of can have one.
 * @param before of what stands there; absent: 0
 * @param now milliseconds
 */
export const nextRevision = (before: number | undefined, now: number): number => Math.max((before ?? 0) + 1, now);

/** By what copies of one key are ordered: what was changed last is newer; of equal ones, what was asked last. */
export const copyOrder = ({ key, tenant }: Told, copiedAt: number): readonly [number, number, number] => [
  key.revision ?? 0,
  tenant.revision ?? 0,
  copiedAt,
];

/** Whether one copy of a key is older than another. */
export function isOlder(one: Told & { copiedAt: number }, other: Told & { copiedAt: number }): boolean {
  const there = copyOrder(other, other.copiedAt);
  for (const [index, mine] of copyOrder(one, one.copiedAt).entries()) {
    const its = there[index] ?? 0;
    if (mine !== its) return mine < its;
  }
  return false;
}
