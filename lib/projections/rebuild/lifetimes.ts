/** From the first change of a key to when it ends without another one. */
interface Life {
  from: number;
  to: number;
}

/**
 * When keys that are kept for so long after their last change lived, found from changes in any order. A key that ended and was
 * written to again began anew: what came before is gone.
 */
export class Lifetimes {
  readonly #lives = new Map<string, Life[]>();

  /** A change of a key. @param at epoch ms */
  add(key: string, at: number, keepMs: number): void {
    const apart: Life[] = [];
    const merged = { from: at, to: at + keepMs };
    for (const life of this.#lives.get(key) ?? []) {
      if (life.to < merged.from || life.from > merged.to) {
        apart.push(life);
        continue;
      }
      merged.from = Math.min(merged.from, life.from);
      merged.to = Math.max(merged.to, life.to);
    }
    this.#lives.set(key, [...apart, merged]);
  }

  /**
   * Where a change of a key belongs, be it known here or younger than all that is.
   * @returns when the key ends, if it is alive at `now` and the change is part of that life; else undefined
   */
  endOf(key: string, at: number, keepMs: number, now: number): number | undefined {
    const last = this.#lives.get(key)?.reduce((one, other) => (other.to > one.to ? other : one));
    if (last && at < last.from) return undefined;
    const to = Math.max(last?.to ?? 0, at + keepMs);
    return to > now ? to : undefined;
  }
}
