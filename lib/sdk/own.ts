/**
 * What stands in a table under a name that somebody gave.
 * @returns undefined for a name that only the prototype of every object has: `constructor` is no entry
 */
export const own = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
