/** Items of a leaf: few enough that moving them costs less than a command. */
const LEAF = 512;
/** Children of a branch. */
const BRANCH = 32;

class Leaf<Item> {
  items: Item[] = [];

  get size(): number {
    return this.items.length;
  }
}

class Branch<Item> {
  children: Node<Item>[] = [];
  size = 0;
}

type Node<Item> = Leaf<Item> | Branch<Item>;

const sizeOf = <Item>(nodes: readonly Node<Item>[]): number => nodes.reduce((sum, { size }) => sum + size, 0);

/** A list in which an item is found by its rank, added and taken away in logarithmic time: a B-tree whose branches know how much they hold. */
export class RankedTree<Item> {
  #root: Node<Item> = new Leaf();

  get size(): number {
    return this.#root.size;
  }

  /** @returns the rank of the first that `isAfter` holds for; it must hold for all that follow */
  first(isAfter: (item: Item) => boolean): number {
    let node = this.#root;
    let rank = 0;
    while (node instanceof Branch) {
      const { children } = node;
      const at = Math.min(
        children.length - 1,
        search(children, (child) => isLastAfter(child, isAfter)),
      );
      for (let before = 0; before < at; before++) rank += children[before]?.size ?? 0;
      node = children[at] ?? new Leaf();
    }
    return rank + search(node.items, isAfter);
  }

  /** @param rank from 0 to the size */
  insert(rank: number, item: Item): void {
    const sibling = insertInto(this.#root, rank, item);
    if (!sibling) return;
    const root = new Branch<Item>();
    root.children = [this.#root, sibling];
    root.size = sizeOf(root.children);
    this.#root = root;
  }

  /** The items from one rank to before another. */
  slice(from: number, to: number): Item[] {
    const found: Item[] = [];
    collect(this.#root, from, to, found);
    return found;
  }

  /** Takes away the items from one rank to before another. */
  delete(from: number, to: number): void {
    remove(this.#root, from, to);
    while (this.#root instanceof Branch && this.#root.children.length < 2)
      this.#root = this.#root.children[0] ?? new Leaf();
  }
}

function search<Item>(items: readonly Item[], isAfter: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && isAfter(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether it holds for the last item of a node. */
function isLastAfter<Item>(node: Node<Item>, isAfter: (item: Item) => boolean): boolean {
  if (node instanceof Leaf) {
    const last = node.items[node.items.length - 1];
    return last !== undefined && isAfter(last);
  }
  const last = node.children[node.children.length - 1];
  return last !== undefined && isLastAfter(last, isAfter);
}

/** @returns the other half of a node that had become too wide */
function insertInto<Item>(node: Node<Item>, rank: number, item: Item): Node<Item> | undefined {
  if (node instanceof Leaf) {
    node.items.splice(rank, 0, item);
    return node.items.length > LEAF ? split(node) : undefined;
  }
  let at = 0;
  let within = rank;
  for (const { size } of node.children) {
    if (within <= size) break;
    within -= size;
    at++;
  }
  node.size++;
  const child = node.children[at];
  const sibling = child && insertInto(child, within, item);
  if (sibling) node.children.splice(at + 1, 0, sibling);
  return node.children.length > BRANCH ? split(node) : undefined;
}

function split<Item>(node: Node<Item>): Node<Item> {
  if (node instanceof Leaf) {
    const half = new Leaf<Item>();
    half.items = node.items.splice(LEAF / 2);
    return half;
  }
  const half = new Branch<Item>();
  half.children = node.children.splice(BRANCH / 2);
  half.size = sizeOf(half.children);
  node.size -= half.size;
  return half;
}

function collect<Item>(node: Node<Item>, from: number, to: number, found: Item[]): void {
  if (node instanceof Leaf) {
    for (const item of node.items.slice(Math.max(0, from), Math.max(0, to))) found.push(item);
    return;
  }
  let start = 0;
  for (const child of node.children) {
    if (start >= to) return;
    if (start + child.size > from) collect(child, from - start, to - start, found);
    start += child.size;
  }
}

/** Leaves no node without items but the one it was given. */
function remove<Item>(node: Node<Item>, from: number, to: number): void {
  if (node instanceof Leaf) {
    node.items.splice(Math.max(0, from), Math.max(0, to - Math.max(0, from)));
    return;
  }
  const { children } = node;
  node.size -= Math.min(to, node.size) - Math.max(0, from);
  let at = 0;
  let start = 0;
  for (let child = children[0]; child && start + child.size <= from; child = children[at]) {
    start += child.size;
    at++;
  }
  const first = at;
  for (let child = children[at]; child && start < to; child = children[at]) {
    const { size } = child;
    if (from <= start && start + size <= to) children.splice(at, 1);
    else {
      remove(child, from - start, to - start);
      at++;
    }
    start += size;
  }
  for (let joined = Math.min(at, children.length - 1); joined >= Math.max(1, first); joined--) join(children, joined);
}

/** Makes one of a child and the one before it when both are nearly empty. */
function join<Item>(children: Node<Item>[], at: number): void {
  const [before, child] = [children[at - 1], children[at]];
  if (before instanceof Leaf && child instanceof Leaf) {
    if (before.size + child.size > LEAF / 2) return;
    before.items = before.items.concat(child.items);
  } else if (before instanceof Branch && child instanceof Branch) {
    if (before.children.length + child.children.length > BRANCH / 2) return;
    before.children = before.children.concat(child.children);
    before.size += child.size;
  } else return;
  children.splice(at, 1);
}
