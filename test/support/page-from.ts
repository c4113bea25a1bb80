import type { Page } from '../../lib/ports/page.ts';

/** A page of a list in memory; its cursor is how many came before. */
export function pageFrom<Item>(
  all: readonly Item[],
  { limit, cursor = '0' }: { limit: number; cursor?: string },
): Page<Item> {
  const end = Number(cursor) + limit;
  return { items: all.slice(Number(cursor), end), next: end < all.length ? String(end) : null };
}
