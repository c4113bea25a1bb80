import { isNativeError } from 'node:util/types';

/** A member of anything at all; undefined where there is none, or where a getter or a proxy throws. */
export function memberOf(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

/** `instanceof`, which a proxy can make throw. */
export function isA<Kind>(value: unknown, kind: abstract new (...args: never[]) => Kind): value is Kind {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}

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
  if (typeof value !== 'object' || value === null) return false;
  try {
    return value instanceof Error || comesOfErrors(value);
  } catch {
    return false;
  }
}

/** More than any class has above it; a proxy may name another one for ever. */
const MOST_PROTOTYPES = 20;

function comesOfErrors(value: object): boolean {
  let one: object | null = Object.getPrototypeOf(value);
  for (let seen = 0; seen < MOST_PROTOTYPES && one !== null && one !== Object.prototype; seen++) {
    if (Object.hasOwn(one, 'message') && Reflect.get(one, 'name') === 'Error') return true;
    one = Object.getPrototypeOf(one);
  }
  return false;
}

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
