const MULTIPLIER = 0x5deece66dn;
const MODULUS = 2n ** 48n;

/**
 * The numbers that scripts draw, one after another in all of them until one seeds anew: the generator drand48 of C.
 * https://redis.io/docs/latest/develop/programmability/lua-api/#runtime-libraries
 */
export class Random {
  /** What the server begins with. */
  #state = 0x1234_abcd_330en;

  /** @param seed a whole number, of which 32 bits count */
  seed(seed: number): void {
    this.#state = (BigInt.asUintN(32, BigInt(seed)) << 16n) | 0x330en;
  }

  /** @returns from 0 up to but without 1 */
  draw(): number {
    this.#state = (this.#state * MULTIPLIER + 0xbn) % MODULUS;
    const highest = Number(this.#state >> 17n);
    return (highest % 0x7fffffff) / 0x7fffffff;
  }
}
