export interface Scored {
  member: string;
  score: number;
}

/** Members by score, then by bytes. https://redis.io/docs/latest/develop/data-types/sorted-sets/ */
export class SortedSet {
  readonly #scores = new Map<string, number>();
  #ordered: Scored[] = [];
  #changes = 0;

  /** Grows with every change. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    return this.#scores.size;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  set(member: string, given: number): void {
    // The server keeps small sets as text, in which -0 is 0.
    const score = given + 0;
    const old = this.#scores.get(member);
    if (old === score) return;
    this.#changes++;
    if (old !== undefined) this.#ordered.splice(this.#position(old, member), 1);
    this.#scores.set(member, score);
    this.#ordered.splice(this.#position(score, member), 0, { member, score });
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#changes++;
    this.#ordered.splice(this.#position(score, member), 1);
    return this.#scores.delete(member);
  }

  /** Takes away the members from one place to before another, lowest score first. */
  deleteRange(from: number, to: number): Scored[] {
    this.#changes++;
    const gone = this.#ordered.splice(from, Math.max(0, to - from));
    for (const { member } of gone) this.#scores.delete(member);
    return gone;
  }

  /** @returns the place from the lowest score, from 0 */
  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#position(score, member);
  }

  /** Lowest first. */
  get list(): readonly Scored[] {
    return this.#ordered;
  }

  /** @returns the place of the first that `isAfter` holds for; it must hold for all that follow */
  first(isAfter: (one: Scored) => boolean): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const one = this.#ordered[middle];
      if (one && isAfter(one)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #position(score: number, member: string): number {
    return this.first((one) => one.score > score || (one.score === score && one.member >= member));
  }
}
