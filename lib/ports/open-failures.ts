/** Failures by the type of their event: `null` is of none, because nobody could read it. */
export type OfType = string | null | { readonly noneOf: readonly string[] };

export interface OpenFailures {
  /** How many wait for a person, of whomever, up to `most`. @throws DependencyError */
  count(type: OfType, most: number): Promise<number>;
}
