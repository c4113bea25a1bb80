import { RankedTree } from './ranked-tree.ts';
import { Named, Register } from './register.ts';

/** A member and its score. */
export class Scored extends Named {
  score: number;

  constructor(name: string, score: number) {
    super(name);
    this.score = score;
  }
}

/** zset-max-listpack-entries and zset-max-listpack-value of a default redis.conf. */
const MOST_COMPACT = 128;
const LONGEST_COMPACT = 64;

/** Members by score, then by bytes. https://redis.io/docs/latest/develop/data-types/sorted-sets/ */
export class SortedSet {
  readonly #members = new Register<Scored>();
  readonly #ranked = new RankedTree<Scored>();
  #changes = 0;
  #compact = true;

  /** Grows with every change. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Whether the server keeps such a set as text. */
  get compact(): boolean {
    return this.#compact;
  }

  /** Lowest score first. */
  get items(): Scored[] {
    return this.slice();
  }

  /** One of its own with the same members, kept as this one is. */
  copy(): SortedSet {
    const copy = new SortedSet();
    copy.#compact = this.#compact;
    for (const { name, score } of this.slice()) copy.set(name, score);
    return copy;
  }

  /** One step of a scan: that of `Register`. */
  scan(cursor: number, count: number, visit: (one: Scored) => void): number {
    return this.#members.scan(cursor, count, visit);
  }

  score(member: string): number | undefined {
    return this.#members.get(member)?.score;
  }

  set(member: string, given: number): void {
    const old = this.#members.get(member);
    if (!old && (this.size >= MOST_COMPACT || member.length > LONGEST_COMPACT)) this.#compact = false;
    // In text -0 is 0.
    const score = this.#compact ? given + 0 : given;
    if (old?.score === score) return;
    this.#changes++;
    if (old) {
      this.#unrank(old);
      old.score = score;
      this.#ranked.insert(this.#position(old), old);
    } else {
      const added = new Scored(member, score);
      this.#members.add(added);
      this.#ranked.insert(this.#position(added), added);
    }
  }

  delete(member: string): boolean {
    const found = this.#members.get(member);
    if (!found) return false;
    this.#changes++;
    this.#unrank(found);
    return this.#members.delete(member);
  }

  /** Takes away the members from one rank to before another, lowest score first. */
  deleteRange(from: number, to: number): Scored[] {
    this.#changes++;
    const gone = this.#ranked.slice(from, to);
    this.#ranked.delete(from, to);
    for (const { name } of gone) this.#members.delete(name);
    return gone;
  }

  /** @returns the place from the lowest score, from 0 */
  rank(member: string): number | undefined {
    const found = this.#members.get(member);
    return found && this.#position(found);
  }

  /** The members from one rank to before another, lowest score first. */
  slice(from = 0, to = this.size): Scored[] {
    return this.#ranked.slice(from, to);
  }

  /** @returns the place of the first that `isAfter` holds for; it must hold for all that follow */
  first(isAfter: (one: Scored) => boolean): number {
    return this.#ranked.first(isAfter);
  }

  #unrank(one: Scored): void {
    const rank = this.#position(one);
    this.#ranked.delete(rank, rank + 1);
  }

  #position({ score, name }: Scored): number {
    return this.#ranked.first((one) => one.score > score || (one.score === score && one.name >= name));
  }
}
