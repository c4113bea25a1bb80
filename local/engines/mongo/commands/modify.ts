import { MongoFault } from '../errors.ts';
import { compileQuery, type Found, type Query } from '../plan/run.ts';
import type { Collection } from '../storage/collection.ts';
import { seen } from '../storage/record.ts';
import { compileUpdate, type Update } from '../update/compile.ts';
import { upsertDocument } from '../update/upsert.ts';
import { type Doc, isDocument } from '../value/types.ts';
import { type CommandContext, scopeOf, transactionOf, unblocked, viewOf } from './context.ts';
import { insertDocument } from './insert.ts';
import { checkDocument } from './validation.ts';

/** What update, delete and findAndModify ask of one statement. */
export interface Target {
  name: string;
  filter: Doc;
  sort?: unknown;
  hint?: unknown;
  /** Variables for expressions. */
  variables?: Doc | undefined;
}

export interface Change {
  before: Doc | null;
  after: Doc | null;
  changed: boolean;
}

export const compileChange = (
  context: CommandContext,
  update: unknown,
  arrayFilters: unknown,
  variables?: Doc,
): Update => {
  const { clock } = context.services.store;
  return compileUpdate(update, arrayFilters, { ...scopeOf(context, variables), timestamp: () => clock.timestamp() });
};

function prepare(context: CommandContext, target: Target): { collection: Collection | undefined; query: Query } {
  const collection = context.services.store.find(context.database, target.name, transactionOf(context));
  return { collection, query: compileQuery(collection, target, scopeOf(context, target.variables)) };
}

/** Changes or (with null) deletes the first document that matches. */
export function changeFirst(
  context: CommandContext,
  target: Target,
  update: Update | null,
): Promise<Change | undefined> {
  return unblocked(context, () => {
    const { collection, query } = prepare(context, target);
    for (const found of query.run(viewOf(context), { limit: 1 })) {
      if (collection) return write(context, collection, query, found, update);
    }
    return undefined;
  });
}

/** Changes or deletes every document that matched when it began and still does when its turn comes. */
export async function changeAll(
  context: CommandContext,
  target: Target,
  update: Update | null,
): Promise<{ matched: number; modified: number }> {
  const counts = { matched: 0, modified: 0 };
  const { collection, query } = prepare(context, target);
  if (!collection) return counts;
  const view = viewOf(context);
  for (const { record } of [...query.run(view)]) {
    const change = await unblocked(context, () => {
      const document = seen(record, view);
      if (collection.gone || document === null || !query.matches(document)) return undefined;
      return write(context, collection, query, { record, document }, update);
    });
    if (!change) continue;
    counts.matched += 1;
    counts.modified += Number(change.changed);
  }
  return counts;
}

function write(
  context: CommandContext,
  collection: Collection,
  query: Query,
  { record, document }: Found,
  update: Update | null,
): Change {
  const transaction = transactionOf(context);
  if (update === null) {
    collection.write(record.key, null, 'replace', transaction);
    return { before: document, after: null, changed: true };
  }
  const after = update.apply(document, { position: positionIn(document, query), inserting: false });
  if (after === document) return { before: document, after, changed: false };
  checkDocument(context, collection, after, document);
  collection.write(record.key, after, 'replace', transaction);
  return { before: document, after, changed: true };
}

/** Where the filter matched, found only when the update asks. */
const positionIn = (document: Doc, query: Query) => ({
  get index(): number | undefined {
    const position: { index: number | undefined } = { index: undefined };
    query.matches(document, position);
    return position.index;
  },
});

/** Changes the first match, or inserts; one attempt sees no write between the two. */
export async function changeOrInsert(
  context: CommandContext,
  target: Target,
  update: Update,
): Promise<{ change: Change | undefined; inserted: Doc | undefined }> {
  return unblocked(context, () => {
    const { collection, query } = prepare(context, target);
    for (const found of query.run(viewOf(context), { limit: 1 }))
      if (collection) return { change: write(context, collection, query, found, update), inserted: undefined };
    const document = upsertDocument(target.filter, update);
    insertDocument(context, target.name, document);
    return { change: undefined, inserted: document };
  });
}

/** @throws MongoFault when a statement has what only another form may have */
export function checkStatement(update: unknown, multi: boolean): void {
  if (!multi || Array.isArray(update) || !isDocument(update)) return;
  const [first] = Object.keys(update);
  if (first === undefined || !first.startsWith('$'))
    throw new MongoFault('FailedToParse', 'multi update is not supported for replacement-style update');
}
