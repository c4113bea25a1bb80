/** States of models are plain data. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** @returns a deep copy of plain data */
export function copyOf<Value>(value: Value): Value {
  // Plain data is copied into the same shape, which no type can say.
  return copy(value) as Value;
}

function copy(value: unknown): unknown {
  if (isList(value)) return value.map(copy);
  if (!isObject(value)) return value;
  // Spreading first and replacing what is nested is several times faster than copying field by field.
  const made: Record<string, unknown> = { ...value };
  for (const key in made) {
    const field = made[key];
    if (typeof field === 'object' && field !== null) made[key] = copy(field);
  }
  return made;
}

const codes = new Map<unknown, number>();

/** Every string, boolean and null gets a number of its own. */
function codeOf(value: unknown): number {
  const known = codes.get(value);
  if (known !== undefined) return known;
  const code = 0x1000000 + codes.size;
  codes.set(value, code);
  return code;
}

const LIST = 0x2000001;
const OBJECT = 0x2000002;
const END = 0x2000003;

/** Two running hashes of 32 bits (after cyrb53, a public-domain hash by bryc). */
let high = 0;
let low = 0;

function mix(word: number): void {
  high = Math.imul(high ^ word, 2654435761);
  high ^= high >>> 15;
  low = Math.imul(low ^ word, 1597334677);
  low ^= low >>> 13;
}

function walk(value: unknown): void {
  if (typeof value === 'number') mix(value);
  else if (isList(value)) {
    mix(LIST);
    for (const item of value) walk(item);
    mix(END);
  } else if (isObject(value)) {
    mix(OBJECT);
    for (const key in value) walk(value[key]);
    mix(END);
  } else mix(codeOf(value));
}

/** @returns 53 bits of a hash of plain data: of the values, in the order of their fields */
export function hashOf(value: unknown): number {
  high = 0xdeadbeef;
  low = 0x41c6ce57;
  walk(value);
  const first = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const second = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return 4294967296 * (2097151 & second) + (first >>> 0);
}

/** Sorts in place what has no order of its own, always in the same way. */
export function sortUnordered(list: unknown[]): void {
  if (list.length < 2) return;
  const hashed = list.map((item) => ({ item, hash: hashOf(item) })).sort((one, other) => one.hash - other.hash);
  hashed.forEach(({ item }, index) => {
    list[index] = item;
  });
}

/** Whether plain data is the same. */
export function isSame(one: unknown, other: unknown): boolean {
  if (isList(one) && isList(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isObject(one) || !isObject(other)) return one === other;
  for (const key in one) if (!isSame(one[key], other[key])) return false;
  return true;
}
