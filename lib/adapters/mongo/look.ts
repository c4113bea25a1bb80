/** What one look passes, of documents that no index tells from what is sought: more may take longer than any budget. */
export const LOOKED_AT = 5000;

/** Of the budget, what looking again may take. */
const LOOKING_SHARE = 0.4;

interface Look<Doc, Place> {
  /** Where the first LOOKED_AT behind a place end; undefined where there are no more than those. */
  endOf(from: Place | undefined): Promise<Place | undefined>;
  /** What is sought behind a place, in order, up to an end where there is one. */
  find(from: Place | undefined, end: Place | undefined): AsyncIterable<Doc>;
}

/**
 * What is sought in a list that may be far between: looks at so many at a time, one look behind the other while time lasts.
 * @param begin the list's beginning when absent
 * @param timeoutMs the budget of all of it
 * @returns what was found, and how far was looked: undefined when to the end
 */
export function inLooks<Doc, Place>(
  begin: Place | undefined,
  { endOf, find }: Look<Doc, Place>,
  timeoutMs: number,
): { found: AsyncIterable<Doc>; lookedTo(): Place | undefined } {
  const until = performance.now() + timeoutMs * LOOKING_SHARE;
  let lookedTo: Place | undefined;
  async function* found(): AsyncGenerator<Doc> {
    for (let from = begin; ; from = lookedTo) {
      lookedTo = await endOf(from);
      yield* find(from, lookedTo);
      if (lookedTo === undefined || performance.now() >= until) return;
    }
  }
  return { found: found(), lookedTo: () => lookedTo };
}
