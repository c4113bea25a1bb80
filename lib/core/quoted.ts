/**
 * Cuts a header value at a separator that stands outside quoted strings (RFC 9110 section 5.6.4).
 * @returns the trimmed parts, empty ones left out
 */
export function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted && character === '\\') at++;
    else if (character === undefined || (character === separator && !quoted)) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  if (start < text.length) parts.push(text.slice(start).trim());
  return parts.filter((part) => part !== '');
}

/**
 * The content of a quoted string without quotes and backslashes; text that does not begin with a quote as it is.
 * @returns undefined when a quoted string does not end where the text ends
 */
export function unquote(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  return /^"(?:[^"\\]|\\.)*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : undefined;
}
