const SLOTS = 16_384;
const POLYNOMIAL = 0x1021;

/** CRC16-CCITT (XMODEM). https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#appendix-a-crc16-reference-implementation-in-ansi-c */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ POLYNOMIAL) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

/**
 * The slot of a cluster that a key lies in: of its hash tag, when it has one.
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 * @returns 0-16,383
 */
export const slotOf = (key: string): number => crc16(Buffer.from(hashedOf(key), 'utf8')) % SLOTS;

/** What of a key says its slot. */
function hashedOf(key: string): string {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}

/**
 * Refuses, on every engine, what a cluster would answer with CROSSSLOT (protocol: one-slot).
 * @throws Error that names the keys when they lie in more than one slot: a fault in the program
 */
export function checkOneSlot(keys: readonly string[]): void {
  const [first] = keys;
  if (first === undefined) return;
  const hashed = hashedOf(first);
  // Nearly all that are asked for together have one tag.
  const other = keys.find((key) => hashedOf(key) !== hashed && slotOf(key) !== slotOf(first));
  if (other !== undefined) throw new Error(`one Redis command or script over two slots: ${first} and ${other}`);
}
