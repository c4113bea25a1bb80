/** A program with one fault, made by patches of its files as they are loaded. */
export interface Mutant {
  /** What is wrong with it: `no write conflict`. Unique. */
  readonly name: string;
  /** Which part of the project it is a fault of: `mongo`. */
  readonly engine: string;
  /** The file that is patched, from the root of the project; also one below node_modules. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly search: string;
  readonly replace: string;
  /** What must be changed beside it to make the one fault, in the same file or in others. */
  readonly also?: readonly Omit<Patch, 'name'>[];
  /** The test file that must fail. */
  readonly caughtBy: string;
  /** Which of its tests, a regular expression over their names in any case: as few as can be, or another fails by chance and is taken for the one. */
  readonly title: string;
  /** How long that test may take at least, where a fault makes it wait by nature; 5 unless said otherwise. */
  readonly seconds?: number;
}

/** A patch, as it reaches the process that loads the file. */
export type Patch = Pick<Mutant, 'name' | 'file' | 'search' | 'replace'>;

/** All that makes the fault, in the order in which it is done. */
export const patchesOf = ({ name, file, search, replace, also = [] }: Mutant): Patch[] => [
  { name, file, search, replace },
  ...also.map((other) => ({ name, ...other })),
];

/**
 * @param source of the file
 * @returns the source with the fault
 * @throws Error when the text to replace is not there exactly once
 */
export function patched({ name, file, search, replace }: Patch, source: string): string {
  const found = source.split(search).length - 1;
  if (found !== 1)
    throw new Error(`the mutant "${name}" no longer applies: ${file} has its text ${found} times instead of once`);
  return source.replace(search, () => replace);
}
