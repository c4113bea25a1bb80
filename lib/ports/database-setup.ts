/** What became of a collection and its indexes, which are said by their names. */
export interface CollectionSetup {
  collection: string;
  created: boolean;
  made: readonly string[];
  changed: readonly string[];
  /** Nobody declares them; a unique one goes on refusing documents. */
  unused: readonly string[];
  /** Declared, and not done without a word, because documents would leave sooner. */
  left: readonly string[];
}

/**
 * Brings a database to what is declared, and takes nothing away. May be repeated, also while one is under way: what has begun is waited for.
 * @throws DependencyError when MongoDB does not answer; what it has begun goes on. SluiceError with what to do when it refuses
 */
export type DatabaseSetup = () => Promise<readonly CollectionSetup[]>;
