/**
 * Matches as KEYS, SCAN and PSUBSCRIBE do: `*`, `?`, `[abc]`, `[^a]`, `[a-z]`, and `\` before a character taken as it is.
 * A `*` that fails takes one character more, and those before it keep what they took: nothing is tried that could not help.
 * https://redis.io/docs/latest/commands/keys/
 */
export function globMatch(pattern: string, text: string): boolean {
  // The server does not look at the pattern where there is nothing to match.
  if (text === '') return pattern === '';
  let p = 0;
  let t = 0;
  let afterStar = -1;
  let starTakes = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      afterStar = ++p;
      starTakes = t;
      if (p === pattern.length) return true;
      continue;
    }
    const end = p < pattern.length ? matchOne(pattern, p, text.charCodeAt(t)) : -1;
    if (end !== -1) {
      p = end;
      t++;
    } else {
      if (afterStar === -1) return false;
      p = afterStar;
      t = ++starTakes;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Whether KEYS and SCAN select a name: `*` selects all, the empty one too. */
export const selects = (pattern: string, name: string): boolean => pattern === '*' || globMatch(pattern, name);

/** @returns the position after what stands for this one character, -1 when that is another */
function matchOne(pattern: string, start: number, character: number): number {
  const mark = pattern[start];
  if (mark === '?') return start + 1;
  if (mark === '[') return matchGroup(pattern, start + 1, character);
  const at = mark === '\\' && start + 1 < pattern.length ? start + 1 : start;
  return pattern.charCodeAt(at) === character ? at + 1 : -1;
}

/** C compares the ends of a range as signed characters. */
const signed = (byte: number): number => (byte << 24) >> 24;

/** @param start the position after `[` @returns the position after the group, -1 when the character is not of it */
function matchGroup(pattern: string, start: number, character: number): number {
  const negated = pattern[start] === '^';
  let p = negated ? start + 1 : start;
  let found = false;
  for (; p < pattern.length && pattern[p] !== ']'; p++) {
    if (pattern[p] === '\\' && p + 1 < pattern.length) {
      p++;
      if (pattern.charCodeAt(p) === character) found = true;
    } else if (pattern[p + 1] === '-' && p + 2 < pattern.length) {
      const [one, other] = [signed(pattern.charCodeAt(p)), signed(pattern.charCodeAt(p + 2))];
      const place = signed(character);
      if (place >= Math.min(one, other) && place <= Math.max(one, other)) found = true;
      p += 2;
    } else if (pattern.charCodeAt(p) === character) found = true;
  }
  return found === negated ? -1 : Math.min(p + 1, pattern.length);
}
