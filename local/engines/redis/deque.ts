const SMALLEST = 8;

const emptyRing = (length: number): string[] => new Array<string>(length).fill('');

/** Texts in order, added and taken away at both ends in a time that does not grow with their number: a ring that grows and shrinks. */
export class Deque {
  #ring = emptyRing(SMALLEST);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param index from 0; negative ones are counted from the end */
  at(index: number): string | undefined {
    const place = index < 0 ? this.#size + index : index;
    return place >= 0 && place < this.#size ? this.#ring[this.#slot(place)] : undefined;
  }

  push(item: string): void {
    if (this.#size === this.#ring.length) this.#resize(2 * this.#size);
    this.#ring[this.#slot(this.#size)] = item;
    this.#size++;
  }

  unshift(item: string): void {
    if (this.#size === this.#ring.length) this.#resize(2 * this.#size);
    this.#head = this.#slot(this.#ring.length - 1);
    this.#ring[this.#head] = item;
    this.#size++;
  }

  /** @returns the items from one place to before another, of which both must be there */
  slice(from = 0, to = this.#size): string[] {
    const start = this.#slot(from);
    const found = this.#ring.slice(start, start + Math.max(0, to - from));
    const missing = to - from - found.length;
    return missing > 0 ? found.concat(this.#ring.slice(0, missing)) : found;
  }

  /** Takes so many from the start. */
  dropFirst(count: number): void {
    for (let left = Math.min(count, this.#size); left > 0; left--) {
      this.#ring[this.#head] = '';
      this.#head = this.#slot(1);
      this.#size--;
    }
    this.#shrink();
  }

  /** Takes so many from the end. */
  dropLast(count: number): void {
    for (let left = Math.min(count, this.#size); left > 0; left--) {
      this.#size--;
      this.#ring[this.#slot(this.#size)] = '';
    }
    this.#shrink();
  }

  /** The slot of a place; the ring's length is a power of two. */
  #slot(place: number): number {
    return (this.#head + place) & (this.#ring.length - 1);
  }

  #shrink(): void {
    let length = this.#ring.length;
    while (length > SMALLEST && length > 4 * this.#size) length /= 2;
    if (length < this.#ring.length) this.#resize(length);
  }

  #resize(length: number): void {
    this.#ring = this.slice().concat(emptyRing(length - this.#size));
    this.#head = 0;
  }
}
