/** Beyond them nobody reads a list; hashes tell of all. */
const MOST = 50;
/** A longer pointer ends at the last segment that fits. */
const LONGEST = 300;

/**
 * JSON pointers (RFC 6901) of what differs between two values of JSON, at most 50: each of the outermost place where one has
 * nothing, or nothing alike.
 * @param at where the two stand
 */
export function differing(before: unknown, after: unknown, at = ''): string[] {
  const found = new Set<string>();
  const compare = (one: unknown, other: unknown, where: string): void => {
    if (found.size === MOST || Object.is(one, other)) return;
    if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) {
      found.add(where);
      return;
    }
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)]))
      compare(memberOf(one, name), memberOf(other, name), below(where, name));
  };
  compare(before, after, at);
  return [...found];
}

type Container = Readonly<Record<string, unknown>>;

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

const memberOf = (of: Container, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);

/** The segments of a JSON pointer. */
export const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The pointer to a member of what stands there; where that would be too long, the pointer to that. */
export function below(where: string, name: string): string {
  const pointer = `${where}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return pointer.length > LONGEST ? where : pointer;
}
