import { HASH_BITS, INDEX_BITS, REGISTERS, Registers } from './registers.ts';
import { CommandError } from './reply.ts';

/** 0.5 / ln 2. */
const ALPHA = 0.5 / Math.LN2;
const HEADER = 16;
const DENSE_BYTES = (REGISTERS * 6) / 8;
const MASK = 0xffff_ffff_ffff_ffffn;
const MULTIPLIER = 0xc6a4_a793_5bd1_e995n;
const SEED = 0xadc8_3b19n;

/** https://github.com/aappleby/smhasher/blob/master/src/MurmurHash2.cpp */
export function murmurHash64A(text: string): bigint {
  const bytes = Buffer.from(text, 'latin1');
  let hash = SEED ^ ((BigInt(bytes.length) * MULTIPLIER) & MASK);
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) {
    let word = (bytes.readBigUInt64LE(at) * MULTIPLIER) & MASK;
    word = ((word ^ (word >> 47n)) * MULTIPLIER) & MASK;
    hash = ((hash ^ word) * MULTIPLIER) & MASK;
  }
  for (let at = bytes.length - 1; at >= whole; at--) hash ^= BigInt(bytes[at] ?? 0) << BigInt(8 * (at - whole));
  if (whole < bytes.length) hash = (hash * MULTIPLIER) & MASK;
  hash = ((hash ^ (hash >> 47n)) * MULTIPLIER) & MASK;
  return hash ^ (hash >> 47n);
}

/** @returns whether a register grew */
export function addElement(registers: Registers, element: string): boolean {
  const hash = murmurHash64A(element);
  let rest = (hash >> BigInt(INDEX_BITS)) | (1n << BigInt(HASH_BITS));
  let count = 1;
  for (; (rest & 1n) === 0n; rest >>= 1n) count++;
  return registers.raise(Number(hash & BigInt(REGISTERS - 1)), count);
}

/** Otmar Ertl's estimator, arXiv:1702.01284, which the server uses since 5.0. */
export function estimate(registers: Registers): number {
  const histogram = registers.histogram();
  const m = REGISTERS;
  let z = m * tau((m - (histogram[HASH_BITS + 1] ?? 0)) / m);
  for (let value = HASH_BITS; value >= 1; value--) z = (z + (histogram[value] ?? 0)) * 0.5;
  z += m * sigma((histogram[0] ?? 0) / m);
  // C's llroundl rounds halves away from zero; the value is positive.
  return Math.round((ALPHA * m * m) / z);
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; before !== z; ) {
    before = z;
    x = Math.sqrt(x);
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let x = start;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; before !== z; ) {
    before = z;
    x *= x;
    z += x * y;
    y += y;
  }
  return z;
}

/** The bytes of the server's dense form, for those who read the key as a string. */
export function hyperloglogText(registers: Registers): string {
  const bytes = Buffer.alloc(HEADER + DENSE_BYTES);
  bytes.write('HYLL', 'latin1');
  // The highest bit of the cached count says that it is stale.
  bytes[15] = 0x80;
  for (let index = 0; index < REGISTERS; index++) {
    const bit = index * 6;
    const at = HEADER + (bit >> 3);
    const value = registers.at(index) << (bit & 7);
    bytes[at] = (bytes[at] ?? 0) | (value & 0xff);
    if (value > 0xff) bytes[at + 1] = (bytes[at + 1] ?? 0) | (value >> 8);
  }
  return bytes.toString('latin1');
}

const corrupted = () => new CommandError('INVALIDOBJ Corrupted HLL object detected');

/** Runs of registers: ZERO 00xxxxxx, XZERO 01xxxxxx yyyyyyyy, VAL 1vvvvvxx. @throws CommandError when they are not 16,384 */
function sparseRegisters(bytes: Buffer): Registers {
  const registers = new Registers();
  let index = 0;
  for (let at = HEADER; at < bytes.length; at++) {
    const code = bytes[at] ?? 0;
    if (code >= 0x80) {
      const length = (code & 3) + 1;
      for (const end = index + length; index < end; index++) registers.raise(index, ((code >> 2) & 31) + 1);
    } else if (code >= 0x40) {
      at++;
      index += (((code & 63) << 8) | (bytes[at] ?? 0)) + 1;
    } else index += code + 1;
  }
  if (index !== REGISTERS) throw corrupted();
  return registers;
}

/** @throws CommandError when the text is no HyperLogLog. Both forms are read, only the dense one is made. */
export function registersOf(text: string): Registers {
  const bytes = Buffer.from(text, 'latin1');
  if (!text.startsWith('HYLL') || (bytes[4] ?? 2) > 1)
    throw new CommandError('WRONGTYPE Key is not a valid HyperLogLog string value.');
  if (bytes[4] === 1) return sparseRegisters(bytes);
  if (bytes.length !== HEADER + DENSE_BYTES)
    throw new CommandError('WRONGTYPE Key is not a valid HyperLogLog string value.');
  const values = new Uint8Array(REGISTERS);
  for (let index = 0; index < REGISTERS; index++) {
    const bit = index * 6;
    const at = HEADER + (bit >> 3);
    values[index] = (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >> (bit & 7)) & 63;
  }
  return Registers.of(values);
}
