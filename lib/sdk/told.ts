/** What records tell of one structure: numbers by name (a field, a member), or one number under ''. */
export type Told = ReadonlyMap<string, bigint>;

/** What one command tells of one name. */
export type Telling = readonly [name: string, number: bigint];

/** Where Redis holds otherwise than the records tell; null: not there. */
export interface Unequal {
  /** Absent: the structure itself. */
  name?: string;
  expected: number | null;
  found: number | null;
}

export const sum = (one: bigint, other: bigint): bigint => one + other;
export const greatest = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** Compares one number of a structure. @param tolerance by how much it may differ */
export const compareNumber = (expected: number, found: number, tolerance = 0): Unequal[] =>
  Math.abs(expected - found) <= tolerance ? [] : [{ expected, found }];

/** Compares a structure name by name. */
export const compareNames = (told: Told, found: ReadonlyMap<string, number>): Unequal[] =>
  [...new Set([...told.keys(), ...found.keys()])].flatMap((name) => {
    const number = told.get(name);
    const expected = number === undefined ? null : Number(number);
    return expected === found.get(name) ? [] : [{ name, expected, found: found.get(name) ?? null }];
  });
