const INT = 2 ** 31;
const LONG = 2 ** 63;
const LARGEST = 2n ** 64n - 1n;

export const isInt = (value: number): boolean => value >= -INT && value < INT;

/** C's cast of a double to 64 bits. */
export const toLong = (value: number): number => (value >= -LONG && value < LONG ? Math.trunc(value) : -LONG);

/** C's cast to 64 bits, of which the lower 32 are an `int`. */
export const toInt = (value: number): number =>
  isInt(value) ? Math.trunc(value) : Number(BigInt.asIntN(32, BigInt(toLong(value))));

/** What strtoul makes of a text up to a zero byte, in 64 bits and after any sign; undefined when something is left of it. */
export function unsignedOf(text: string, base: number): number | undefined {
  const [, sign, prefix = '', rest] =
    /^[ \t-\r]*([+-]?)(0x)?([\da-z]+)[ \t-\r]*$/i.exec(text.split('\0', 1)[0] ?? '') ?? [];
  if (rest === undefined) return undefined;
  let value = 0n;
  for (const digit of base === 16 ? rest : prefix + rest) {
    const worth = Number.parseInt(digit, 36);
    if (worth >= base) return undefined;
    value = value * BigInt(base) + BigInt(worth);
  }
  return Number(value > LARGEST ? LARGEST : BigInt.asUintN(64, sign === '-' ? -value : value));
}
