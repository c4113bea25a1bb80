import { compilePipeline, runStages } from '../aggregate/stages.ts';
import { MongoFault } from '../errors.ts';
import { compileQuery } from '../plan/run.ts';
import { queryScope } from '../query/compile.ts';
import type { QueryScope } from '../query/scope.ts';
import { keyOf } from '../value/key.ts';
import { reach } from '../value/paths.ts';
import { type Doc, isDocument } from '../value/types.ts';
import { collectionName, countIn, documentIn, documentsIn, onlyKnown, refuseCollation, stringIn } from './arguments.ts';
import {
  type Command,
  type CommandContext,
  checkDeadline,
  scopeOf,
  timeLeft,
  transactionOf,
  viewOf,
} from './context.ts';
import { ownerOf } from './find.ts';
import { sourceOf, WHOLE_DATABASE } from './sources.ts';
import { variablesOf } from './variables.ts';

/** https://www.mongodb.com/docs/manual/reference/command/aggregate/ */
export const aggregate: Command = {
  fields: ['pipeline', 'cursor', 'allowDiskUse', 'bypassDocumentValidation', 'hint', 'collation', 'let', 'explain'],
  inTransaction: true,
  reads: true,
  writes: true,
  run(context) {
    const { command } = context;
    refuseCollation(command);
    if (command.explain !== undefined) throw new MongoFault('NotImplemented', 'use the command explain');
    const cursor = documentIn(command, 'cursor', 'aggregate');
    if (!cursor)
      throw new MongoFault(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    onlyKnown(cursor, new Set(['batchSize']), 'cursor');
    const name = command.aggregate === 1 ? WHOLE_DATABASE : collectionName(context);
    const scope = queryScope(context.services.record, variablesOf(context), {
      interrupt: () => checkDeadline(context),
      read: (other, pipeline, within) => piped(context, other, pipeline, within),
    });
    const documents = [...aggregated(context, name, scope)].values();
    return {
      cursor: context.services.cursors.open(`${context.database}.${name}`, documents, {
        batchSize: countIn(cursor, 'batchSize', 'cursor'),
        ...ownerOf(context),
        timeLeftMs: timeLeft(context),
      }),
    };
  },
};

function aggregated(context: CommandContext, name: string, scope: QueryScope): Iterable<Doc> {
  const [first, ...others] = documentsIn(context.command, 'pipeline', 'aggregate');
  const source = first && sourceOf(context, first, scope);
  if (source) return runStages(source, compilePipeline(others, scope));
  return piped(context, name, first ? [first, ...others] : [], scope, context.command.hint);
}

/** A pipeline on one collection, as the command sees it. */
function piped(
  context: CommandContext,
  name: string,
  pipeline: readonly Doc[],
  scope: QueryScope,
  hint?: unknown,
): Iterable<Doc> {
  const { query, rest } = leadingQuery(pipeline);
  const stages = compilePipeline(rest, scope);
  if (query.noted.length > 0) for (const stage of query.noted) scope.record('stage', stage);
  const collection = context.services.store.find(context.database, name, transactionOf(context));
  const compiled = compileQuery(collection, { ...query, hint }, scope);
  const found = Iterator.from(compiled.run(viewOf(context), query.bounds)).map(({ document }) => document);
  return runStages(found, stages);
}

/** A pipeline's first $match, $sort, $skip and $limit are a query, so that indexes serve them. */
export function leadingQuery(pipeline: readonly Doc[]) {
  const query: { filter: Doc; sort?: unknown; bounds: { skip?: number; limit?: number }; noted: string[] } = {
    filter: {},
    bounds: {},
    noted: [],
  };
  const rest = [...pipeline];
  const next = (name: string): unknown => {
    const [stage] = rest;
    if (!isDocument(stage) || !(name in stage) || Object.keys(stage).length !== 1) return undefined;
    return stage[name];
  };
  const taken = (name: string): void => {
    rest.shift();
    query.noted.push(name);
  };
  const match = next('$match');
  if (isDocument(match)) {
    query.filter = match;
    taken('$match');
  }
  const sort = next('$sort');
  if (isDocument(sort) && Object.keys(sort).length > 0) {
    query.sort = sort;
    taken('$sort');
  }
  const limit = next('$limit');
  if (typeof limit === 'number' && Number.isInteger(limit) && limit > 0) {
    query.bounds.limit = limit;
    taken('$limit');
  }
  return { query, rest };
}

/** https://www.mongodb.com/docs/manual/reference/command/count/ */
export const count: Command = {
  fields: ['query', 'limit', 'skip', 'hint', 'collation', 'fields'],
  reads: true,
  run(context) {
    const { command } = context;
    refuseCollation(command);
    const collection = context.services.store.find(context.database, collectionName(context), null);
    const filter = documentIn(command, 'query', 'count') ?? {};
    const query = compileQuery(collection, { filter, hint: command.hint }, scopeOf(context));
    const limit = countIn(command, 'limit', 'count') ?? 0;
    const bounds = { skip: countIn(command, 'skip', 'count') ?? 0, ...(limit > 0 && { limit }) };
    let n = 0;
    for (const _ of query.run(viewOf(context), bounds)) n += 1;
    return { n };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/distinct/ */
export const distinct: Command = {
  fields: ['key', 'query', 'collation', 'hint'],
  inTransaction: true,
  reads: true,
  run(context) {
    const { command } = context;
    refuseCollation(command);
    const key = stringIn(command, 'key', 'distinct');
    if (key === undefined)
      throw new MongoFault('Location40414', "BSON field 'distinct.key' is missing but a required field");
    const collection = context.services.store.find(context.database, collectionName(context), transactionOf(context));
    const filter = documentIn(command, 'query', 'distinct') ?? {};
    const query = compileQuery(collection, { filter, hint: command.hint }, scopeOf(context));
    const values = new Map<string, unknown>();
    const keep = (value: unknown): void => {
      if (value !== undefined && !values.has(keyOf(value))) values.set(keyOf(value), value);
    };
    const parts = key.split('.');
    for (const { document } of query.run(viewOf(context)))
      reach(document, parts, (value) => {
        if (Array.isArray(value)) value.forEach(keep);
        else keep(value);
        return false;
      });
    return { values: [...values].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value) };
  },
};
