/** Which build of a definition: of its compiled file with all that it imports, so that refinements and transforms are in it. */
export interface Build {
  /** First 16 hex digits of SHA-256 over the code: with equal hashes it is one build, whenever it was made. */
  readonly hash: string;
  /** When it was made, as Sluice writes a time. It orders builds of different hashes, and nothing else. */
  readonly time: string;
}

/** Whether one is another build than the other and was made after it (protocol: schema-again). */
export const isLater = (one: Build, other: Build): boolean =>
  one.hash !== other.hash && Date.parse(one.time) > Date.parse(other.time);
