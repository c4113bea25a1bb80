/**
 * What stands in a table under a name that somebody gave.
 * @returns undefined for a name that only the prototype of every object has: `constructor` is no entry; and for what is no text, because
 * an object may be another name each time it is read
 */
export const own = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
