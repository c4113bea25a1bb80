/** Up to so many keep the order in which they came, as they do in the server's compact form: https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/memory-optimization/ */
const ORDERED = 128;

/** What a register holds: it has a name, and the register notes its place. */
export class Named {
  readonly name: string;
  /** The register's own. */
  place = 0;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Things by name, which can also be drawn at random and walked through in steps: each of these in a time that does not grow
 * with their number.
 */
export class Register<Item extends Named> {
  readonly #byName = new Map<string, Item>();
  readonly #list: Item[] = [];

  get size(): number {
    return this.#list.length;
  }

  get(name: string): Item | undefined {
    return this.#byName.get(name);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Every item, in the order in which they came while they are few. */
  get items(): readonly Item[] {
    return this.#list;
  }

  /** Adds one whose name is not there yet. */
  add(item: Item): void {
    item.place = this.#list.length;
    this.#list.push(item);
    this.#byName.set(item.name, item);
  }

  delete(name: string): boolean {
    const item = this.#byName.get(name);
    if (!item) return false;
    this.#byName.delete(name);
    if (this.#list.length <= ORDERED) this.#closeUp(item.place);
    else this.#fill(item.place);
    return true;
  }

  clear(): void {
    this.#byName.clear();
    this.#list.length = 0;
  }

  random(): Item | undefined {
    return this.#list[Math.floor(Math.random() * this.#list.length)];
  }

  /**
   * One step of a scan. It walks from the end to the start, because what takes the place of a deleted item comes from the
   * end: whatever is there all the time is seen, some of it twice.
   * @param cursor what the last step gave, 0 at first
   * @param visit may delete what it is given
   * @returns the next cursor, 0 when all is seen
   */
  scan(cursor: number, count: number, visit: (item: Item) => void): number {
    const start = cursor === 0 ? this.#list.length : Math.min(cursor, this.#list.length);
    const end = Math.max(0, start - count);
    for (let place = start - 1; place >= end; place--) {
      const item = this.#list[place];
      if (item) visit(item);
    }
    return end;
  }

  #closeUp(place: number): void {
    this.#list.splice(place, 1);
    for (let at = place; at < this.#list.length; at++) {
      const item = this.#list[at];
      if (item) item.place = at;
    }
  }

  /** The last one takes the place. */
  #fill(place: number): void {
    const last = this.#list.pop();
    if (!last || last.place === place) return;
    last.place = place;
    this.#list[place] = last;
  }
}
