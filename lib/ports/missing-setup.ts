/**
 * What is not there of the collections and indexes that code relies on, each in a few words; where they may not be looked at, nothing.
 * @throws DependencyError
 */
export type MissingSetup = () => Promise<readonly string[]>;
