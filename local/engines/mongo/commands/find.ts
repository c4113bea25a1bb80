import { Long } from 'bson';
import { MongoFault } from '../errors.ts';
import type { KeyBounds } from '../plan/bounds.ts';
import { compileQuery, type Query } from '../plan/run.ts';
import { compileProjection, type Project } from '../query/project.ts';
import type { Doc } from '../value/types.ts';
import { collectionName, countIn, documentIn, flagIn, longIn, refuseCollation, stringIn } from './arguments.ts';
import { type Command, type CommandContext, scopeOf, timeLeft, transactionOf, viewOf } from './context.ts';
import { variablesOf } from './variables.ts';

/** https://www.mongodb.com/docs/manual/reference/command/find/ */
export const find: Command = {
  fields: [
    ...['filter', 'sort', 'projection', 'hint', 'skip', 'limit', 'batchSize', 'singleBatch', 'allowDiskUse', 'let'],
    ...['noCursorTimeout', 'allowPartialResults', 'collation', 'returnKey', 'showRecordId', 'tailable', 'awaitData'],
    // Deprecated and without effect; some clients still send it.
    ...['min', 'max', 'oplogReplay'],
  ],
  inTransaction: true,
  reads: true,
  run(context) {
    const { command } = context;
    for (const name of ['tailable', 'awaitData'])
      if (command[name] !== undefined && command[name] !== false)
        throw new MongoFault('NotImplemented', `this engine has no find with ${name}`);
    const documents = findDocuments(context);
    return {
      cursor: context.services.cursors.open(`${context.database}.${collectionName(context)}`, documents, {
        batchSize: countIn(command, 'batchSize', 'find'),
        single: flagIn(command, 'singleBatch', 'find') === true,
        noTimeout: flagIn(command, 'noCursorTimeout', 'find'),
        ...ownerOf(context),
        timeLeftMs: timeLeft(context),
      }),
    };
  },
};

export const ownerOf = (context: CommandContext) => ({
  session: context.role.session?.id,
  transaction: context.role.transaction?.number,
});

/** What a find is about to answer: the documents are fixed now, projected when they are taken. */
function findDocuments(context: CommandContext): Iterator<Doc> {
  const { command } = context;
  refuseCollation(command);
  const scope = scopeOf(context, variablesOf(context));
  const collection = context.services.store.find(context.database, collectionName(context), transactionOf(context));
  const filter = documentIn(command, 'filter', 'find') ?? {};
  const query = compileQuery(
    collection,
    { filter, sort: documentIn(command, 'sort', 'find'), hint: command.hint, keyBounds: boundsOf(command) },
    scope,
  );
  const projection = documentIn(command, 'projection', 'find');
  const limit = countIn(command, 'limit', 'find') ?? 0;
  const found = [
    ...query.run(viewOf(context), { skip: countIn(command, 'skip', 'find') ?? 0, ...(limit > 0 && { limit }) }),
  ].values();
  if (flagIn(command, 'returnKey', 'find')) return found.map(({ document }) => keyOnly(query, document));
  const project: Project =
    projection && Object.keys(projection).length > 0
      ? compileProjection(projection, scope, query.matches)
      : (document) => document;
  if (!flagIn(command, 'showRecordId', 'find')) return found.map(({ document }) => project(document));
  return found.map(({ record, document }) => ({ ...project(document), $recordId: Long.fromNumber(record.rank) }));
}

function boundsOf(command: Doc): KeyBounds | undefined {
  const [min, max] = [documentIn(command, 'min', 'find'), documentIn(command, 'max', 'find')];
  return min || max ? { min, max } : undefined;
}

/** What the index that was used holds of a document; nothing when none was used. */
function keyOnly({ plan }: Query, document: Doc): Doc {
  if (plan.kind === 'scan') return {};
  if (plan.kind === 'union') throw new MongoFault('NotImplemented', 'this engine has no returnKey on several indexes');
  if (plan.index.isMultikey)
    throw new MongoFault('NotImplemented', 'this engine has no returnKey on an index over arrays');
  return plan.index.valuesOf(document);
}

/** https://www.mongodb.com/docs/manual/reference/command/getMore/ */
export const getMore: Command = {
  fields: ['collection', 'batchSize'],
  inTransaction: true,
  run(context) {
    const { command } = context;
    const { cursors, failPoints } = context.services;
    const collection = collectionName(context, stringIn(command, 'collection', 'getMore'));
    const { session, transaction } = ownerOf(context);
    const id = longIn(command, 'getMore', 'getMore');
    if (cursors.isTimed(id)) failPoints?.meetTimed();
    return {
      cursor: cursors.more(
        id,
        `${context.database}.${collection}`,
        countIn(command, 'batchSize', 'getMore'),
        session,
        transaction,
      ),
    };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/killCursors/ */
export const killCursors: Command = {
  fields: ['cursors'],
  inTransaction: true,
  run(context) {
    const cursors = context.command.cursors;
    if (!Array.isArray(cursors))
      throw new MongoFault('TypeMismatch', "BSON field 'killCursors.cursors' must be an array");
    const ids = cursors.map((_, at) => longIn(cursors as unknown as Doc, String(at), 'killCursors'));
    const killed = new Set(ids.filter((id) => context.services.cursors.kill(id)));
    return {
      cursorsKilled: ids.filter((id) => killed.has(id)),
      cursorsNotFound: ids.filter((id) => !killed.has(id)),
      cursorsAlive: [],
      cursorsUnknown: [],
    };
  },
};
