const LONG = 2 ** 63;
const INT = 2 ** 31;
/** What Lua takes: five flags, two digits of width and of precision. */
const DIRECTIVE = /%(?:%|([-+ #0]{0,5})(\d{0,2})(?:\.(\d{0,2}))?([a-zA-Z]))/gs;

/** C's cast to `long`. */
const signed = (value: number): bigint => (value >= -LONG && value < LONG ? BigInt(Math.trunc(value)) : -(2n ** 63n));

/** C's cast to `unsigned long` on x86-64. */
function unsigned(value: number): bigint {
  if (value >= LONG) return value < 2 * LONG ? BigInt(value) : 0n;
  return BigInt.asUintN(64, signed(value));
}

const radixes: Readonly<Record<string, number>> = { d: 10, i: 10, u: 10, o: 8, x: 16, X: 16 };

/** One number as C's printf writes it. */
function written(value: number, flags: string, width: string, precision: string | undefined, kind: string): string {
  const radix = radixes[kind] ?? 10;
  const number = kind === 'd' || kind === 'i' ? signed(value) : unsigned(value);
  const magnitude = number < 0n ? -number : number;
  let digits = magnitude === 0n && Number(precision ?? 1) === 0 ? '' : magnitude.toString(radix);
  digits = digits.padStart(Number(precision ?? 0), '0');
  let head = '';
  if (kind === 'd' || kind === 'i')
    head = number < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  else if (flags.includes('#') && radix === 16 && magnitude !== 0n) head = '0x';
  else if (flags.includes('#') && radix === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  const room = Number(width || 0) - head.length;
  if (flags.includes('-')) digits = digits.padEnd(room, ' ');
  else if (flags.includes('0') && precision === undefined) digits = digits.padStart(room, '0');
  const text = (head + digits).padStart(Number(width || 0), ' ');
  return kind === 'X' ? text.toUpperCase() : text;
}

/**
 * Writes those whole numbers of a format that need more than 32 bits; the rest is left to who knows the format's other kinds.
 * @param numbers the arguments after the format that are numbers
 * @returns the format with `%s` for each of them, and their texts by the place of the argument
 */
export function formatWide(
  format: string,
  numbers: readonly (number | undefined)[],
): { text: string; replaced: Map<number, string | number> } {
  const replaced = new Map<number, string | number>();
  let place = -1;
  const text = format.replace(
    DIRECTIVE,
    (directive, flags: string | undefined, width: string, precision: string | undefined, kind: string) => {
      if (flags === undefined) return directive;
      const value = numbers[++place];
      const negative = value !== undefined && value < 0 && !'dic'.includes(kind);
      if (value === undefined || (value >= -INT && value < INT && !negative)) return directive;
      if (kind === 'c') replaced.set(place, 0);
      if (radixes[kind] === undefined) return directive;
      replaced.set(place, written(value, flags, width, precision, kind));
      return '%s';
    },
  );
  return { text, replaced };
}
