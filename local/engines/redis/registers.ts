/** As the server's hyperloglog.c, so that counts are equal: 2^14 registers. https://redis.io/docs/latest/commands/pfcount/ */
export const INDEX_BITS = 14;
export const REGISTERS = 1 << INDEX_BITS;
export const HASH_BITS = 64 - INDEX_BITS;

/** Beyond so many that are not 0, all of them in a row take less memory. */
const FEW = 512;

/** The registers of a HyperLogLog: those that are not 0 while they are few, all once they are many. */
export class Registers {
  readonly #few = new Map<number, number>();
  #all: Uint8Array | undefined;

  /** @param values all of them */
  static of(values: Uint8Array): Registers {
    const registers = new Registers();
    for (let index = 0; index < REGISTERS; index++) registers.raise(index, values[index] ?? 0);
    return registers;
  }

  at(index: number): number {
    return (this.#all ? this.#all[index] : this.#few.get(index)) ?? 0;
  }

  /** @returns whether the register was lower than this */
  raise(index: number, value: number): boolean {
    const all = this.#all;
    if (value <= ((all ? all[index] : this.#few.get(index)) ?? 0)) return false;
    if (all) all[index] = value;
    else {
      this.#few.set(index, value);
      if (this.#few.size > FEW) this.#spread();
    }
    return true;
  }

  /** Raises each to what it is in the other. */
  merge(other: Registers): void {
    if (!other.#all) {
      for (const [index, value] of other.#few) this.raise(index, value);
      return;
    }
    const all = this.#all ?? this.#spread();
    for (let index = 0; index < REGISTERS; index++) {
      const value = other.#all[index] ?? 0;
      if (value > (all[index] ?? 0)) all[index] = value;
    }
  }

  /** @returns how many have each value */
  histogram(): number[] {
    const counts = new Array<number>(HASH_BITS + 2).fill(0);
    const values = this.#all ?? new Uint8Array(this.#few.values());
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0;
      counts[value] = (counts[value] ?? 0) + 1;
    }
    counts[0] = (counts[0] ?? 0) + REGISTERS - values.length;
    return counts;
  }

  /** A copy of those that are not 0, index and value in turn, or of all. */
  content(): number[] | Uint8Array {
    return this.#all ? this.#all.slice() : [...this.#few].flat();
  }

  #spread(): Uint8Array {
    const all = new Uint8Array(REGISTERS);
    for (const [index, value] of this.#few) all[index] = value;
    this.#few.clear();
    this.#all = all;
    return all;
  }
}
