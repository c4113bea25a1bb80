import { expect } from 'vitest';
import { MongoFault } from '../../../../local/engines/mongo/errors.ts';
import { compileQuery } from '../../../../local/engines/mongo/plan/run.ts';
import { queryScope } from '../../../../local/engines/mongo/query/compile.ts';
import type { Collection } from '../../../../local/engines/mongo/storage/collection.ts';
import { Index } from '../../../../local/engines/mongo/storage/collection-index.ts';
import { Blocked } from '../../../../local/engines/mongo/storage/faults.ts';
import { latest, type View } from '../../../../local/engines/mongo/storage/record.ts';
import { Store } from '../../../../local/engines/mongo/storage/store.ts';
import type { OpenTransaction } from '../../../../local/engines/mongo/storage/transaction.ts';
import { keyOf } from '../../../../local/engines/mongo/value/key.ts';
import type { Doc } from '../../../../local/engines/mongo/value/types.ts';

const scope = queryScope(() => undefined);
const ids = [0, 1, 2, 3, 4, 5, 6, 7];
const filters: Doc[] = [
  { a: 1 },
  { u: 2 },
  { t: 0 },
  { a: { $gte: 1, $lt: 3 } },
  { _id: { $gt: 3 } },
  { u: { $in: [0, 4] } },
  {},
];

/** What a view should see, kept as a plain map. */
type Model = Map<number, Doc>;
interface Open {
  transaction: OpenTransaction;
  model: Model;
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

function makeStore(): { store: Store; collection: Collection } {
  const store = new Store(() => 0);
  const collection = store.make('d', 'c', null);
  collection.addIndex(new Index({ name: 'a', key: { a: 1 } }, undefined));
  collection.addIndex(new Index({ name: 'u', key: { u: 1 }, unique: true, sparse: true }, undefined));
  collection.addIndex(new Index({ name: 't', key: { t: -1 } }, undefined));
  return { store, collection };
}

const idsOf = (documents: Iterable<Doc>): number[] =>
  Iterator.from(documents)
    .map((one) => Number(one._id))
    .toArray()
    .sort();

function expectSeen(collection: Collection, view: View, model: Model): void {
  for (const filter of filters) {
    const found = Iterator.from(compileQuery(collection, { filter }, scope).run(view)).map(({ document }) => document);
    const { matches } = compileQuery(undefined, { filter }, scope);
    expect(idsOf(found)).toEqual(idsOf([...model.values()].filter((one) => matches(one))));
  }
}

/** The transaction's writes, moved into what everybody sees. */
function merge({ transaction, model }: Open, into: Model): void {
  const written = new Set([...transaction.writes.keys()].map(({ key }) => key));
  for (const id of ids.filter((one) => written.has(keyOf(one)))) {
    const document = model.get(id);
    if (document) into.set(id, document);
    else into.delete(id);
  }
}

/** Random transactions on one collection; each view, by index and by scan, sees its snapshot and its own writes. @throws AssertionError */
export function expectSnapshots(seed: number): void {
  const below = random(seed);
  const { store, collection } = makeStore();
  const shared: Model = new Map();
  let open: Open[] = [];
  const without = (one: Open): Open[] => open.filter((other) => other !== one);
  for (let step = 0; step < 100; step++) {
    const choice = below(12);
    const some = open[below(Math.max(1, open.length))];
    if (choice === 0 && open.length < 4) open.push({ transaction: store.begin(), model: new Map(shared) });
    else if (choice === 1 && some) {
      merge(some, shared);
      store.commit(some.transaction);
      open = without(some);
    } else if (choice === 2 && some) {
      store.abort(some.transaction);
      open = without(some);
    } else {
      const writer = below(2) === 0 ? undefined : some;
      const model = writer?.model ?? shared;
      const id = below(ids.length);
      const document =
        below(4) === 0 ? null : { _id: id, a: below(4), ...(below(2) && { u: below(5) }), t: [below(3), below(3)] };
      if (document === null && !model.has(id)) continue;
      try {
        collection.write(keyOf(id), document, model.has(id) ? 'replace' : 'insert', writer?.transaction ?? null);
        if (document) model.set(id, document);
        else model.delete(id);
      } catch (cause) {
        if (!(cause instanceof MongoFault || cause instanceof Blocked)) throw cause;
        const taken = [...model.values()].some((one) => one._id !== id && one.u !== undefined && one.u === document?.u);
        if (cause instanceof MongoFault && cause.codeName === 'DuplicateKey') expect(taken).toBe(true);
        if (writer) {
          store.abort(writer.transaction);
          open = without(writer);
        }
      }
    }
    expectSeen(collection, latest, shared);
    for (const one of open) expectSeen(collection, one.transaction, one.model);
    const keys = [...shared.values()].flatMap(({ u }) => (u === undefined ? [] : [u]));
    expect(new Set(keys).size).toBe(keys.length);
  }
  for (const { transaction } of open) store.abort(transaction);
  expect(collection.records.size).toBe(shared.size);
  for (const index of collection.indexes.values()) {
    const entries = [...shared.values()].reduce((sum, one) => sum + new Set(index.keysOf(one)).size, 0);
    expect(index.entries.size).toBe(entries);
  }
}
