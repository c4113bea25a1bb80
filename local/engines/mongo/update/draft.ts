import { MongoFault } from '../errors.ts';
import { shell } from '../storage/faults.ts';
import { isIndex } from '../value/paths.ts';
import { same } from '../value/same.ts';
import { type Doc, field, isDocument, setField } from '../value/types.ts';

/** What a change makes of a value: `undefined` takes the field away. */
export type Change = (before: unknown) => unknown;

/** A document being changed: only what lies on a changed path is copied. */
export class Draft {
  root: Doc;
  readonly #original: Doc;
  readonly #owned = new Set<object>();

  constructor(document: Doc) {
    this.root = document;
    this.#original = document;
  }

  get changed(): boolean {
    return this.root !== this.#original;
  }

  /**
   * Applies a change at a concrete path.
   * @param creates make the documents on the way when they are missing; else a missing way is no change, and for `never` an impossible one too
   * @throws MongoFault PathNotViable when a value on the way is neither document nor array
   */
  apply(parts: readonly string[], creates: boolean | 'never', change: Change): void {
    const before = this.#read(parts, creates);
    if (before === unreachable) return;
    const after = change(before);
    if (after === before || (before !== undefined && same(before, after))) return;
    this.#write(parts, after);
  }

  #read(parts: readonly string[], creates: boolean | 'never'): unknown {
    let value: unknown = this.root;
    for (const [at, part] of parts.entries()) {
      if (value === undefined) return creates === true ? undefined : unreachable;
      if (isDocument(value)) value = field(value, part);
      else if (Array.isArray(value) && isIndex(part)) value = value[Number(part)];
      else if (creates !== 'never')
        throw new MongoFault(
          'PathNotViable',
          `Cannot create field '${part}' in element {${parts[at - 1]}: ${shell(value)}}`,
        );
      else return unreachable;
    }
    return value;
  }

  #write(parts: readonly string[], after: unknown): void {
    this.root = this.#own(this.root);
    let container: object = this.root;
    for (const [at, part] of parts.entries()) {
      if (at === parts.length - 1) put(container, part, after);
      else {
        const inner = get(container, part);
        const own = this.#own(typeof inner === 'object' && inner !== null ? inner : {});
        put(container, part, own);
        container = own;
      }
    }
  }

  #own<Container extends object>(container: Container): Container {
    if (this.#owned.has(container)) return container;
    const copy = (Array.isArray(container) ? [...container] : { ...container }) as Container;
    this.#owned.add(copy);
    return copy;
  }
}

const unreachable = Symbol('unreachable');

const get = (container: object, part: string): unknown =>
  Array.isArray(container) ? container[Number(part)] : field(container as Doc, part);

const MAX_PADDING = 1_500_000;

function put(container: object, part: string, value: unknown): void {
  if (Array.isArray(container)) {
    const index = Number(part);
    if (index - container.length > MAX_PADDING)
      throw new MongoFault('BadValue', `can't backfill more than ${MAX_PADDING} elements`);
    while (container.length < index) container.push(null);
    container[index] = value === undefined ? null : value;
  } else if (value === undefined) delete (container as Doc)[part];
  else setField(container as Doc, part, value);
}
