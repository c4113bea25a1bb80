type Bounded = Readonly<Record<string, unknown>>;

const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

/** Bounds of a JSON Schema that leave less room than they did: `minLength is 3 and was 1`. */
export const boundsNarrowed = (before: Bounded, after: Bounded): string[] => [
  ...LOWER.flatMap((word) => narrowed(word, before[word], after[word], (was, is) => is > was)),
  ...UPPER.flatMap((word) => narrowed(word, before[word], after[word], (was, is) => is < was)),
];

function narrowed(
  word: string,
  before: unknown,
  after: unknown,
  isLess: (was: number, is: number) => boolean,
): string[] {
  if (typeof after !== 'number') return [];
  if (typeof before !== 'number') return [`has a ${word} of ${after}`];
  return isLess(before, after) ? [`has a ${word} of ${after}, which was ${before}`] : [];
}
