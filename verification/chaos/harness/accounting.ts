/** What became of a queue's events, counted as Jepsen's total-queue does: what goes in must come out. https://jepsen-io.github.io/jepsen/jepsen.checker.html#var-total-queue */
export interface Account {
  attempted: number;
  acknowledged: number;
  /** Events that had an effect. */
  effective: number;
  /** Acknowledged, and without effect. */
  lost: string[];
  /** With more than one effect. */
  duplicated: string[];
  /** An effect of what was never attempted. */
  unexpected: string[];
  /** Not acknowledged, and effective all the same: allowed, the answer was lost. */
  recovered: string[];
}

/**
 * @param attempted ids that were sent
 * @param acknowledged ids that were answered with 2xx
 * @param effects how often each id took effect
 */
export function accountOf(
  attempted: ReadonlySet<string>,
  acknowledged: ReadonlySet<string>,
  effects: ReadonlyMap<string, number>,
): Account {
  const effective = [...effects].filter(([, count]) => count > 0).map(([id]) => id);
  return {
    attempted: attempted.size,
    acknowledged: acknowledged.size,
    effective: effective.length,
    lost: [...acknowledged].filter((id) => !effects.get(id)),
    duplicated: effective.filter((id) => (effects.get(id) ?? 0) > 1),
    unexpected: effective.filter((id) => !attempted.has(id)),
    recovered: effective.filter((id) => attempted.has(id) && !acknowledged.has(id)),
  };
}

/** An account as violations of one store: `lost in MongoDB`. */
export const violationsOf = ({ lost, duplicated, unexpected }: Account, store: string): Record<string, number> => ({
  [`lost in ${store}`]: lost.length,
  [`double in ${store}`]: duplicated.length,
  [`unexpected in ${store}`]: unexpected.length,
});

/** A few of an account's broken ids, for a person to look at. */
export const evidenceOf = ({ lost, duplicated, unexpected }: Account, store: string): string[] =>
  Object.entries({ lost, duplicated, unexpected }).flatMap(([what, ids]) =>
    ids.slice(0, 3).map((id) => `${what} in ${store}: ${id}`),
  );
