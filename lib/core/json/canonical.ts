import canonicalize from 'canonicalize';

/**
 * The form of RFC 8785 of a value: of JSON nearly always what `JSON.stringify` makes of it once the names of its objects are in order, which
 * takes a third of the time. Whatever may have another form goes the long way.
 * @param value JSON; members that are undefined are left out
 * @throws Error for what has no such form: a lone surrogate, a number beyond a double
 */
export function canonicalForm(value: object): string {
  const ordered = inOrder(value);
  if (ordered !== UNSURE) {
    const text = JSON.stringify(ordered);
    // So begins what stands for a lone surrogate.
    if (!text.includes('\\ud')) return text;
  }
  return canonicalize(value) ?? '';
}

/** What stands for a value that is not JSON, or whose names no object has in their order. */
const UNSURE = Symbol();

type Members = Readonly<Record<string, unknown>>;

const isPlain = (value: object): value is Members => Object.getPrototypeOf(value) === Object.prototype;

/** @returns the value itself where all names in it are in order, a copy where they are not, or UNSURE */
function inOrder(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNSURE;
  if (typeof value !== 'object') return UNSURE;
  if (Array.isArray(value)) return listInOrder(value);
  return isPlain(value) ? membersInOrder(value) : UNSURE;
}

function listInOrder(list: readonly unknown[]): unknown {
  let copy: unknown[] | undefined;
  let index = 0;
  for (const one of list) {
    const own = inOrder(one);
    if (own === UNSURE) return UNSURE;
    if (copy === undefined && own !== one) copy = list.slice(0, index);
    copy?.push(own);
    index++;
  }
  return copy ?? list;
}

function membersInOrder(members: Members): unknown {
  const names = Object.keys(members);
  const isSorted = areSorted(names);
  let copy: Record<string, unknown> | undefined = isSorted ? undefined : {};
  for (const name of isSorted ? names : names.sort()) {
    const own = inOrder(members[name]);
    if (own === UNSURE) return UNSURE;
    if (copy === undefined && own !== members[name]) copy = before(name, names, members);
    if (copy === undefined) continue;
    if (isMoved(name)) return UNSURE;
    copy[name] = own;
  }
  return copy ?? members;
}

function areSorted(names: readonly string[]): boolean {
  let last = '';
  for (const name of names) {
    if (name < last) return false;
    last = name;
  }
  return true;
}

/** Members that stand before this one, of which none changes. */
const before = (name: string, names: readonly string[], members: Members): Record<string, unknown> =>
  Object.fromEntries(names.slice(0, names.indexOf(name)).map((one) => [one, members[one]]));

/** Numbers come first in every object, by their size; the other would be a prototype. */
const isMoved = (name: string): boolean => (name >= '0' && name < ':') || name === '__proto__';
