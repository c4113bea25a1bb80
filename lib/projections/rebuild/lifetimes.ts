/** Changes after which a key is kept equally long, none of them so late that it had ended. */
interface Run {
  readonly keepMs: number;
  first: number;
  last: number;
}

/** From the first change of a key to when it ends without another one; `to` is infinite where it stays. */
interface Life {
  from: number;
  last: number;
  to: number;
}

/**
 * When keys lived that are kept for so long after their last change, found from changes in any order. A key that ended and was
 * written to again began anew: what came before is gone. Each change says anew how long, because a declaration may say otherwise
 * than it did.
 */
export class Lifetimes {
  readonly #runs = new Map<string, Run[]>();

  /** A change of a key. @param at epoch ms @param keepMs infinite: the key stays */
  add(key: string, at: number, keepMs: number): void {
    const apart: Run[] = [];
    const merged = { keepMs, first: at, last: at };
    for (const run of this.#runs.get(key) ?? []) {
      if (run.keepMs !== keepMs || run.last + keepMs < merged.first || run.first > merged.last + keepMs) {
        apart.push(run);
        continue;
      }
      merged.first = Math.min(merged.first, run.first);
      merged.last = Math.max(merged.last, run.last);
    }
    this.#runs.set(key, [...apart, merged]);
  }

  /**
   * Where a change of a key belongs, be it known here or younger than all that is.
   * @returns when the key ends or has ended, infinite where it stays; undefined for what is part of an earlier life
   */
  endOf(key: string, at: number, keepMs: number): number | undefined {
    const life = this.#lastLife(key);
    if (!life || at > life.last) return at + keepMs;
    return at < life.from ? undefined : life.to;
  }

  /** Is there a key that may end, and has not by then? @param at epoch ms */
  endAfter(at: number): boolean {
    for (const runs of this.#runs.values())
      if (runs.some(({ last, keepMs }) => Number.isFinite(keepMs) && last + keepMs > at)) return true;
    return false;
  }

  #lastLife(key: string): Life | undefined {
    const runs = this.#runs.get(key) ?? [];
    const [newest, ...earlier] = runs.length > 1 ? runs.toSorted((one, other) => other.last - one.last) : runs;
    if (!newest) return undefined;
    const { first, last, keepMs } = newest;
    const life = { from: first, last, to: last + keepMs };
    for (const run of earlier) {
      if (run.last + run.keepMs < life.from) break;
      life.from = Math.min(life.from, run.first);
    }
    return life;
  }
}
