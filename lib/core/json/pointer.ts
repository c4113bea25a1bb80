/** The longest pointer that is shown; a longer one ends at the last segment that fits. */
const MAX_LENGTH = 300;

/**
 * A JSON pointer (RFC 6901) in its URI fragment form: `~` and `/` escaped, then percent-encoded where a fragment needs it.
 * A path that would not fit into 300 characters is cut to its parent, so that no client gets megabytes of its own keys back.
 * @param path keys and indexes from the outermost value
 */
export function pointer(path: readonly PropertyKey[]): string {
  let text = '#';
  for (const part of path) {
    const segment = String(part).toWellFormed();
    const next = `${text}/${encodeURI(segment.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('#', '%23')}`;
    if (next.length > MAX_LENGTH) return text;
    text = next;
  }
  return text;
}
