import { MongoFault } from '../errors.ts';
import type { Doc } from '../value/types.ts';
import { collectionName, documentIn, documentsIn, flagIn, onlyKnown, refuseCollation } from './arguments.ts';
import type { Command, CommandContext } from './context.ts';
import { changeAll, changeFirst, changeOrInsert, checkStatement, compileChange } from './modify.ts';
import { runStatements, type StatementResult } from './statements.ts';
import { variablesOf } from './variables.ts';

const statementFields = new Set(['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation', 'sort']);

/** https://www.mongodb.com/docs/manual/reference/command/update/ */
export const update: Command = {
  fields: ['updates', 'ordered', 'bypassDocumentValidation', 'let', 'stmtId', 'stmtIds'],
  inTransaction: true,
  retryable: true,
  writes: true,
  run(context) {
    const name = collectionName(context);
    const variables = variablesOf(context);
    return runStatements(context, documentsIn(context.command, 'updates', 'update'), (statement) =>
      updateStatement(context, name, statement, variables),
    );
  },
};

/** One statement of an update command. */
export async function updateStatement(
  context: CommandContext,
  name: string,
  statement: Doc,
  variables: Doc | undefined,
): Promise<StatementResult> {
  const where = 'update.updates';
  onlyKnown(statement, statementFields, where);
  refuseCollation(statement);
  const filter = documentIn(statement, 'q', where) ?? {};
  const multi = flagIn(statement, 'multi', where) === true;
  const upserts = flagIn(statement, 'upsert', where) === true;
  const { sort, hint } = statement;
  if (multi && context.role.executed)
    throw new MongoFault('InvalidOptions', 'Cannot use retryable writes with multi=true');
  if (multi && sort !== undefined) throw new MongoFault('FailedToParse', 'Cannot specify sort with multi=true');
  if (statement.c !== undefined) throw new MongoFault('NotImplemented', 'this engine takes let and not c');
  checkStatement(statement.u, multi);
  for (const option of Object.keys(statement)) context.services.record('option', `update.${option}`);
  const change = compileChange(context, statement.u, statement.arrayFilters, variables);
  const target = { name, filter, sort, hint, variables };
  if (upserts && !multi) {
    const { change: changed, inserted } = await changeOrInsert(context, target, change);
    if (inserted) return { n: 1, nModified: 0, upserted: inserted._id };
    return { n: 1, nModified: Number(changed?.changed) };
  }
  if (multi) {
    const { matched, modified } = await changeAll(context, target, change);
    if (matched > 0 || !upserts) return { n: matched, nModified: modified };
    const { inserted } = await changeOrInsert(context, target, change);
    return { n: 1, nModified: 0, ...(inserted && { upserted: inserted._id }) };
  }
  const changed = await changeFirst(context, target, change);
  return { n: Number(changed !== undefined), nModified: Number(changed?.changed ?? false) };
}
