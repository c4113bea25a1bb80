/**
 * Matches as KEYS, SCAN and PSUBSCRIBE do: `*`, `?`, `[abc]`, `[^a]`, `[a-z]`, and `\` before a character taken as it is.
 * https://redis.io/docs/latest/commands/keys/
 */
export function globMatch(pattern: string, text: string): boolean {
  return matchFrom(pattern, 0, text, 0);
}

function matchFrom(pattern: string, patternStart: number, text: string, textStart: number): boolean {
  let p = patternStart;
  let t = textStart;
  while (p < pattern.length) {
    const mark = pattern[p];
    if (mark === '*') {
      while (pattern[p + 1] === '*') p++;
      if (p + 1 === pattern.length) return true;
      for (let rest = t; rest <= text.length; rest++) if (matchFrom(pattern, p + 1, text, rest)) return true;
      return false;
    }
    const character = text[t];
    if (character === undefined) return false;
    if (mark === '[') {
      const group = matchGroup(pattern, p + 1, character);
      if (!group.matches) return false;
      p = group.end;
    } else {
      if (mark === '\\' && p + 1 < pattern.length) p++;
      if (mark !== '?' && pattern[p] !== character) return false;
      p++;
    }
    t++;
  }
  return t === text.length;
}

/** @param start the position after `[` @returns the position after the group */
function matchGroup(pattern: string, start: number, character: string): { matches: boolean; end: number } {
  let p = start;
  const negated = pattern[p] === '^';
  if (negated) p++;
  let found = false;
  for (; p < pattern.length && pattern[p] !== ']'; p++) {
    if (pattern[p] === '\\' && p + 1 < pattern.length) {
      p++;
      if (pattern[p] === character) found = true;
    } else if (pattern[p + 1] === '-' && p + 2 < pattern.length) {
      const [from = '', to = ''] = [pattern[p] ?? '', pattern[p + 2] ?? ''].sort();
      if (character >= from && character <= to) found = true;
      p += 2;
    } else if (pattern[p] === character) found = true;
  }
  return { matches: found !== negated, end: Math.min(p + 1, pattern.length) };
}
