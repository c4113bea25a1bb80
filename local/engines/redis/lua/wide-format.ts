const LONG = 2 ** 63;
const INT = 2 ** 31;
const MOST_FLAGS = 5;
const WHOLE = 'diouxX';
/** All that Lua formats, in the words of its errors: numbers, or text. */
const KINDS = `c${WHOLE}eEfgGqs`;
const radixes: Readonly<Record<string, number>> = { o: 8, x: 16, X: 16 };

/** One directive of a format, or what is wrong with it. */
export interface Directive {
  /** Its place in the format, and that after it. */
  start: number;
  end: number;
  flags: string;
  width: string;
  precision: string | undefined;
  kind: string;
  fault: string | undefined;
}

/** The directives of a format as Lua reads them, up to the first that is wrong. https://www.lua.org/manual/5.1/manual.html#pdf-string.format */
export function directivesOf(format: string): Directive[] {
  const directives: Directive[] = [];
  for (let start = format.indexOf('%'); start !== -1; ) {
    if (format[start + 1] === '%') {
      start = format.indexOf('%', start + 2);
      continue;
    }
    const [matched = '', flags = '', width = '', precision] =
      /^%([-+ #0]*)(\d{0,2})(?:\.(\d{0,2}))?/.exec(format.slice(start, start + 100)) ?? [];
    const end = start + matched.length + 1;
    const kind = format[end - 1] ?? '\0';
    const fault = faultOf(flags, kind);
    directives.push({ start, end, flags, width, precision, kind, fault });
    if (fault !== undefined) break;
    start = format.indexOf('%', end);
  }
  return directives;
}

function faultOf(flags: string, kind: string): string | undefined {
  if (flags.length >= MOST_FLAGS + 1) return 'invalid format (repeated flags)';
  if (/\d/.test(kind)) return 'invalid format (width or precision too long)';
  return KINDS.includes(kind) ? undefined : `invalid option '%${kind === '\0' ? '' : kind}' to 'format'`;
}

export const takesNumber = ({ kind }: Directive): boolean => kind !== 's' && kind !== 'q';

/** Whether 32 bits are too few for the number. */
export function isWide({ kind }: Directive, value: number): boolean {
  if (!WHOLE.includes(kind)) return false;
  return !(value >= (kind === 'd' || kind === 'i' ? -INT : 0) && value < INT);
}

/** C's cast to `long`. */
const signed = (value: number): bigint => (value >= -LONG && value < LONG ? BigInt(Math.trunc(value)) : -(2n ** 63n));

/** C's cast to `unsigned long` on x86-64. */
function unsigned(value: number): bigint {
  if (value >= LONG) return value < 2 * LONG ? BigInt(value) : 0n;
  return BigInt.asUintN(64, signed(value));
}

/** A whole number as C's printf writes it in 64 bits. */
export function formatWhole({ kind, flags, width, precision }: Directive, value: number): string {
  const radix = radixes[kind] ?? 10;
  const hasSign = kind === 'd' || kind === 'i';
  const number = hasSign ? signed(value) : unsigned(value);
  const magnitude = number < 0n ? -number : number;
  let digits = magnitude === 0n && Number(precision ?? 1) === 0 ? '' : magnitude.toString(radix);
  digits = digits.padStart(Number(precision ?? 0), '0');
  let head = '';
  if (hasSign) head = number < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  else if (flags.includes('#') && radix === 16 && magnitude !== 0n) head = '0x';
  else if (flags.includes('#') && radix === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  const room = Number(width) - head.length;
  if (flags.includes('-')) digits = digits.padEnd(room, ' ');
  else if (flags.includes('0') && precision === undefined) digits = digits.padStart(room, '0');
  const text = (head + digits).padStart(Number(width), ' ');
  return kind === 'X' ? text.toUpperCase() : text;
}
