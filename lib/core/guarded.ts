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
