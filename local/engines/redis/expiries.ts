import type { Time } from './value.ts';

interface Expiry {
  readonly key: string;
  readonly at: Time;
}

/** Entries that are out of date may be as many as those that count, and a few more. */
const SPARE = 64;

/** When keys expire. Looking for those that are due costs what is due, however many others there are. */
export class Expiries {
  readonly #times = new Map<string, Time>();
  /** A binary heap with the soonest on top. One that `#times` no longer says the same of is passed over when its time comes. */
  #heap: Expiry[] = [];

  /** How many keys have an expiry. */
  get size(): number {
    return this.#times.size;
  }

  /** @param at epoch ms; undefined: never */
  set(key: string, at: Time | undefined): void {
    if (at === undefined) {
      this.#times.delete(key);
      return;
    }
    if (this.#times.get(key) === at) return;
    this.#times.set(key, at);
    if (this.#heap.length > 2 * this.#times.size + SPARE) this.#rebuild();
    else this.#push({ key, at });
  }

  clear(): void {
    this.#times.clear();
    this.#heap = [];
  }

  /**
   * Takes out the key that is due for longest.
   * @param now epoch ms
   * @returns undefined when none is
   */
  takeDue(now: number): string | undefined {
    for (;;) {
      const [top] = this.#heap;
      if (!top || top.at > now) return undefined;
      this.#pop();
      if (this.#times.get(top.key) !== top.at) continue;
      this.#times.delete(top.key);
      return top.key;
    }
  }

  #rebuild(): void {
    this.#heap = Array.from(this.#times, ([key, at]) => ({ key, at }));
    // Whatever is sorted is a heap.
    this.#heap.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  }

  #push(expiry: Expiry): void {
    const heap = this.#heap;
    let place = heap.length;
    for (;;) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (place === 0 || !parent || parent.at <= expiry.at) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = expiry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      const [below, sooner] = b && a && b.at < a.at ? [left + 1, b] : [left, a];
      if (!sooner || sooner.at >= last.at) break;
      heap[place] = sooner;
      place = below;
    }
    heap[place] = last;
  }
}
