const PLAIN = { enumerable: true, writable: true, configurable: true };

/** Gives an object a member of its own, whatever its name: assigned, `__proto__` would be what the object inherits from. */
export function putOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, ...PLAIN });
  else object[name] = value;
}
