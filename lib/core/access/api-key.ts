import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_BYTES = 32;
/** Digits that hold 256 and 32 bits. */
const RANDOM_DIGITS = 43;
const CHECKSUM_DIGITS = 6;

/** Stage, random part, checksum. Every part has one way to match, so that reading takes linear time. */
const KEY = /^slc_([a-z0-9]{1,20})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** What is known of a key by itself. */
export interface ReadKey {
  /** That it says it is of. */
  stage: string;
  /** SHA-256 of the whole text in hexadecimal: what is stored, and by what it is found. */
  hash: string;
  /** Its end, by which people tell keys apart. */
  last4: string;
}

/**
 * A new key, `slc_<stage>_<random><checksum>`: underscores, letters and digits, so that a double-click takes all of it.
 * @param randomBytes `randomBytes` of node:crypto, unless a test says otherwise
 * @throws RangeError when this is no stage, or these are not 32 bytes
 */
export function makeApiKey(stage: string, randomBytes: (size: number) => Uint8Array): string {
  const random = randomBytes(RANDOM_BYTES);
  if (random.length !== RANDOM_BYTES) throw new RangeError(`a key needs ${RANDOM_BYTES} random bytes`);
  const begin = `slc_${stage}_${base62(BigInt(`0x${Buffer.from(random).toString('hex')}`), RANDOM_DIGITS)}`;
  const key = `${begin}${checksumOf(begin)}`;
  if (!KEY.test(key)) throw new RangeError('a stage of keys is [a-z0-9]{1,20}');
  return key;
}

/**
 * What a key says of itself, before any store is asked.
 * @returns undefined for what has another form or a wrong checksum; such a key was never made
 */
export function readApiKey(text: string): ReadKey | undefined {
  const [, stage, random, checksum] = KEY.exec(text) ?? [];
  if (stage === undefined || checksumOf(`slc_${stage}_${random}`) !== checksum) return undefined;
  return { stage, hash: createHash('sha256').update(text).digest('hex'), last4: text.slice(-4) };
}

/** Of everything before it, so that it fits no other stage. It guards against slips of the hand, not against forgers. */
const checksumOf = (begin: string): string => base62(BigInt(crc32(begin)), CHECKSUM_DIGITS);

function base62(value: bigint, width: number): string {
  let digits = '';
  for (let rest = value; rest > 0n; rest /= 62n) digits = `${DIGITS[Number(rest % 62n)]}${digits}`;
  return digits.padStart(width, '0');
}
