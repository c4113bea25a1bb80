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
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  return crc16(Buffer.from(hashed, 'utf8')) % SLOTS;
}

/**
 * Refuses, on every engine, what a cluster would answer with CROSSSLOT (protocol: one-slot).
 * @throws Error that names the keys when they lie in more than one slot: a fault in the program
 */
export function checkOneSlot(keys: readonly string[]): void {
  const [first, ...rest] = keys;
  if (first === undefined || rest.length === 0) return;
  const slot = slotOf(first);
  const other = rest.find((key) => slotOf(key) !== slot);
  if (other !== undefined) throw new Error(`one Redis command or script over two slots: ${first} and ${other}`);
}
