import { isNativeError } from 'node:util/types';

/** A member of anything at all; undefined where there is none, or where a getter or a proxy throws. */
export function memberOf(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

/** `instanceof`, which a proxy can make throw, or look for a hundred thousand prototypes. */
export function isA<Kind>(value: unknown, kind: abstract new (...args: never[]) => Kind): value is Kind {
  try {
    // A class may say itself what is of its kind.
    if (kind[Symbol.hasInstance] !== Function.prototype[Symbol.hasInstance]) return value instanceof kind;
    return hasPrototype(value, (one) => one === kind.prototype);
  } catch {
    return false;
  }
}

/** More than any class has above it. */
const MOST_PROTOTYPES = 20;

function hasPrototype(value: unknown, is: (prototype: unknown) => boolean): boolean {
  let one = value;
  for (let looks = 0; isObject(one) && looks < MOST_PROTOTYPES; looks++) {
    one = Object.getPrototypeOf(one);
    if (is(one)) return true;
  }
  return false;
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** `Array.isArray`, which a revoked proxy makes throw. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * The first items of a list, each read once, and how many it says there are: neither its length nor its methods are to be believed.
 * @returns none of what is no list, or whose length is no number
 */
export function itemsOf(list: unknown, most: number): { items: unknown[]; length: number } {
  const said = isList(list) ? memberOf(list, 'length') : 0;
  const length = typeof said === 'number' && said >= 1 ? Math.floor(said) : 0;
  return { items: Array.from({ length: Math.min(length, most) }, (_, index) => memberOf(list, String(index))), length };
}

/** An error of whatever realm, which `instanceof` knows of this one alone; also behind a proxy, which hides what it stands for. */
export function isError(value: unknown): value is Error {
  if (isNativeError(value)) return true;
  try {
    return hasPrototype(value, isOfErrors);
  } catch {
    return false;
  }
}

const isOfErrors = (prototype: unknown): boolean =>
  prototype !== Object.prototype &&
  isObject(prototype) &&
  Object.hasOwn(prototype, 'message') &&
  Reflect.get(prototype, 'name') === 'Error';

/** What anything that is no object looks like; of an object only its kind, because whatever else it says, it says by code of its own. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return '[function]';
  // The digits of a large one take quadratic time.
  if (typeof value === 'bigint') return BigInt.asIntN(128, value) === value ? String(value) : '[bigint]';
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return '[object]';
  }
}
