import { BSON } from 'mongodb';

/** A unit of UTF-16 takes three bytes of UTF-8 at most; of longer texts it is worth counting. */
const SHORT = 100;
/** The kind of a member and the zero behind its name, or behind the index of an item. */
const AROUND = 2;
const LONGEST_INDEX = 7;
/** The length of a document or a text, and the zero behind it. */
const FRAME = 5;
const WORD = 8;

/**
 * How many bytes of BSON a value takes at most, and up to three times as many: the driver's own count takes several times as long.
 * https://bsonspec.org/spec.html
 */
export function mostBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return FRAME + bytesOf(value);
    case 'number':
    case 'bigint':
      return WORD;
    case 'object':
      return value === null ? 0 : ofObject(value);
    default:
      return 1;
  }
}

const bytesOf = (text: string): number => (text.length > SHORT ? Buffer.byteLength(text) : 3 * text.length);

function ofObject(value: object): number {
  let bytes = FRAME;
  if (Array.isArray(value)) {
    for (const one of value) bytes += AROUND + LONGEST_INDEX + mostBytes(one);
    return bytes;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Date.prototype) return WORD;
  if (prototype !== Object.prototype && prototype !== null) return BSON.calculateObjectSize({ '': value });
  for (const name of Object.keys(value)) {
    const member: unknown = Reflect.get(value, name);
    // The driver is told to leave it out.
    if (member !== undefined) bytes += AROUND + bytesOf(name) + mostBytes(member);
  }
  return bytes;
}
