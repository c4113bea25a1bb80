/** A map that holds so many at most: of more, what was written first goes. */
export class BoundedMap<Key, Value> {
  readonly #most: number;
  readonly #all = new Map<Key, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#all.size;
  }

  get(key: Key): Value | undefined {
    return this.#all.get(key);
  }

  set(key: Key, value: Value): void {
    this.#all.delete(key);
    this.#all.set(key, value);
    const [oldest] = this.#all.keys();
    if (this.#all.size > this.#most && oldest !== undefined) this.#all.delete(oldest);
  }

  delete(key: Key): void {
    this.#all.delete(key);
  }
}
