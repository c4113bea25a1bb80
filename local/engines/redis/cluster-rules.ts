import type { Command } from './command.ts';

const SLOTS = 16_384;
const POLYNOMIAL = 0x1021;

/**
 * The slot of a cluster that a key lies in.
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 * @param key one character a byte
 */
function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  const hashed = open !== -1 && close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (let at = 0; at < hashed.length; at++) {
    crc ^= hashed.charCodeAt(at) << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ POLYNOMIAL) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc % SLOTS;
}

/** The keys among a command's arguments. https://redis.io/docs/latest/develop/reference/key-specs/ */
function keysOf({ keys, countedKeys }: Command, args: readonly string[]): readonly string[] {
  if (countedKeys !== undefined) return args.slice(countedKeys, countedKeys + (Number(args[countedKeys - 1]) || 0));
  if (!keys) return [];
  const [first, last, step] = keys;
  const end = last < 0 ? args.length + 1 + last : last;
  return args.filter((_, index) => index + 1 >= first && index < end && (index + 1 - first) % step === 0);
}

type Slot = number | undefined | 'several';

/** @returns the slot that all keys lie in, undefined when there is no key, 'several' when there are more slots */
export const slotOfKeys = (command: Command, args: readonly string[]): Slot =>
  onlySlot(keysOf(command, args).map(slotOf));

/** @returns the one slot among them, undefined when there is none, 'several' when there are more */
export function onlySlot(slots: readonly (number | undefined)[]): Slot {
  let only: number | undefined;
  for (const slot of slots) {
    if (slot === undefined) continue;
    if (only !== undefined && only !== slot) return 'several';
    only = slot;
  }
  return only;
}
