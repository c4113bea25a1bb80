/** A store of secrets. */
export interface Secrets {
  /**
   * @param names of settings, as event files declare them
   * @returns values by name; what the store does not have is left out
   * @throws DependencyError when they cannot be read within the store's budget: trying again is safe and sensible
   */
  read(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
