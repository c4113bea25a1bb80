/** What stands in an index: one key of one record. */
export interface Entry<Record> {
  readonly key: string;
  /** Orders entries of equal key. */
  readonly rank: number;
  readonly record: Record;
}

/** From `low` inclusive to `high` exclusive. */
export interface KeyRange {
  low: string;
  high: string;
}

const FULL = 256;

/**
 * Entries in order of key and rank: leaves of at most 256 entries under one directory, found by bisection. An insertion moves at
 * most one leaf and, when it splits, the directory.
 */
export class Ordered<Record> {
  #leaves: Entry<Record>[][] = [[]];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  insert(entry: Entry<Record>): void {
    const at = this.#leafFor(entry.key, entry.rank);
    const leaf = this.#leaves[at] ?? [];
    const place = bisect(leaf, entry.key, entry.rank);
    const there = leaf[place];
    if (there && there.key === entry.key && there.rank === entry.rank) return;
    leaf.splice(place, 0, entry);
    this.#size += 1;
    if (leaf.length > FULL) {
      // Keys that only grow (times, ObjectIds) would leave every leaf half empty if it were cut in the middle.
      const growing = place === leaf.length - 1 && at === this.#leaves.length - 1;
      this.#leaves.splice(at + 1, 0, leaf.splice(growing ? FULL : FULL / 2));
    }
  }

  delete(key: string, rank: number): void {
    const at = this.#leafFor(key, rank);
    const leaf = this.#leaves[at] ?? [];
    const place = bisect(leaf, key, rank);
    const there = leaf[place];
    if (!there || there.key !== key || there.rank !== rank) return;
    leaf.splice(place, 1);
    this.#size -= 1;
    if (leaf.length === 0 && this.#leaves.length > 1) this.#leaves.splice(at, 1);
  }

  /** Entries of a range, upwards or downwards. The structure must not change meanwhile. */
  *scan({ low, high }: KeyRange, backwards = false): Generator<Entry<Record>, void, undefined> {
    if (backwards) yield* this.#down(low, high);
    else yield* this.#up(low, high);
  }

  *#up(low: string, high: string): Generator<Entry<Record>, void, undefined> {
    let at = this.#leafFor(low, -1);
    let place = bisect(this.#leaves[at] ?? [], low, -1);
    for (; at < this.#leaves.length; at++, place = 0) {
      const leaf = this.#leaves[at] ?? [];
      for (; place < leaf.length; place++) {
        const entry = leaf[place];
        if (!entry || entry.key >= high) return;
        yield entry;
      }
    }
  }

  *#down(low: string, high: string): Generator<Entry<Record>, void, undefined> {
    let at = this.#leafFor(high, -1);
    let place = bisect(this.#leaves[at] ?? [], high, -1) - 1;
    for (; at >= 0; at--, place = (this.#leaves[at]?.length ?? 0) - 1) {
      const leaf = this.#leaves[at] ?? [];
      for (; place >= 0; place--) {
        const entry = leaf[place];
        if (!entry || entry.key < low) return;
        yield entry;
      }
    }
  }

  /** The last leaf that begins at or before this place. */
  #leafFor(key: string, rank: number): number {
    let low = 0;
    let high = this.#leaves.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const first = this.#leaves[middle]?.[0];
      if (first && (first.key < key || (first.key === key && first.rank <= rank))) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The first place whose entry is not before (key, rank). */
function bisect(leaf: readonly Entry<unknown>[], key: string, rank: number): number {
  let low = 0;
  let high = leaf.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = leaf[middle];
    if (entry && (entry.key < key || (entry.key === key && entry.rank < rank))) low = middle + 1;
    else high = middle;
  }
  return low;
}
