/** Scans that are not over: more than clients have at a time. */
const MOST = 1000;

/** Remembers where scans stopped in a map that changes, so that the next step need not walk there again. */
export class ScanPositions<Entry> {
  readonly #positions = new Map<number, Iterator<Entry>>();

  /** What goes on after the cursor, which is taken out; undefined when it is not known. */
  take(cursor: number): Iterator<Entry> | undefined {
    const found = this.#positions.get(cursor);
    this.#positions.delete(cursor);
    return found;
  }

  keep(cursor: number, rest: Iterator<Entry>): void {
    this.#positions.set(cursor, rest);
    const [oldest] = this.#positions.keys();
    if (this.#positions.size > MOST && oldest !== undefined) this.#positions.delete(oldest);
  }

  clear(): void {
    this.#positions.clear();
  }
}
