import { MongoFault } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import { compileProjection } from '../query/project.ts';
import { type Doc, toNumber } from '../value/types.ts';
import { collectionName, documentIn, flagIn, refuseCollation } from './arguments.ts';
import { type Command, type CommandContext, scopeOf } from './context.ts';
import { changeFirst, changeOrInsert, compileChange } from './modify.ts';
import { variablesOf } from './variables.ts';

/** https://www.mongodb.com/docs/manual/reference/command/findAndModify/ */
export const findAndModify: Command = {
  fields: [
    ...['query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'bypassDocumentValidation', 'collation'],
    ...['arrayFilters', 'hint', 'let', 'stmtId'],
  ],
  inTransaction: true,
  retryable: true,
  writes: true,
  async run(context) {
    const statement = toNumber(context.command.stmtId) ?? 0;
    const before = context.role.executed?.get(statement) as Doc | undefined;
    if (before) return { ...before, retriedStmtId: statement };
    if (context.role.executed) context.services.failPoints?.meetWrite(context.connection);
    const answer = await modify(context);
    context.role.executed?.set(statement, answer);
    return answer;
  },
};

async function modify(context: CommandContext): Promise<Doc> {
  const { command } = context;
  refuseCollation(command);
  const where = 'findAndModify';
  const removes = flagIn(command, 'remove', where) === true;
  const upserts = flagIn(command, 'upsert', where) === true;
  const wantsNew = flagIn(command, 'new', where) === true;
  const update = command.update;
  if (removes && update !== undefined)
    throw new MongoFault('FailedToParse', 'Cannot specify both an update and remove=true');
  if (removes && upserts) throw new MongoFault('FailedToParse', 'Cannot specify both upsert=true and remove=true');
  if (removes && wantsNew)
    throw new MongoFault(
      'FailedToParse',
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  if (!removes && update === undefined)
    throw new MongoFault('FailedToParse', 'Either an update or remove=true must be specified');
  const variables = variablesOf(context);
  const filter = documentIn(command, 'query', where) ?? {};
  const target = { name: collectionName(context), filter, sort: command.sort, hint: command.hint, variables };
  const scope = scopeOf(context, variables);
  const fields = documentIn(command, 'fields', where);
  const project =
    fields && Object.keys(fields).length > 0
      ? compileProjection(fields, scope, compileFilter(filter, scope))
      : (document: Doc) => document;
  const shown = (document: Doc | null | undefined): Doc | null => (document ? project(document) : null);
  if (removes) {
    const change = await changeFirst(context, target, null);
    return { lastErrorObject: { n: Number(change !== undefined) }, value: shown(change?.before) };
  }
  const compiled = compileChange(context, update, command.arrayFilters, variables);
  if (!upserts) {
    const change = await changeFirst(context, target, compiled);
    return {
      lastErrorObject: { n: Number(change !== undefined), updatedExisting: change !== undefined },
      value: shown(wantsNew ? change?.after : change?.before),
    };
  }
  const { change, inserted } = await changeOrInsert(context, target, compiled);
  return {
    lastErrorObject: { n: 1, updatedExisting: change !== undefined, ...(inserted && { upserted: inserted._id }) },
    value: shown(wantsNew ? (change?.after ?? inserted) : change?.before),
  };
}
