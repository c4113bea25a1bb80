import { MongoFault } from '../errors.ts';
import { type Doc, toNumber } from '../value/types.ts';
import { collectionName, documentIn, documentsIn, onlyKnown, refuseCollation } from './arguments.ts';
import type { Command, CommandContext } from './context.ts';
import { changeAll, changeFirst } from './modify.ts';
import { runStatements, type StatementResult } from './statements.ts';
import { variablesOf } from './variables.ts';

const statementFields = new Set(['q', 'limit', 'hint', 'collation']);

/** https://www.mongodb.com/docs/manual/reference/command/delete/ */
export const remove: Command = {
  fields: ['deletes', 'ordered', 'let', 'stmtId', 'stmtIds'],
  inTransaction: true,
  retryable: true,
  writes: true,
  run(context) {
    const name = collectionName(context);
    const variables = variablesOf(context);
    return runStatements(context, documentsIn(context.command, 'deletes', 'delete'), (statement) =>
      deleteStatement(context, name, statement, variables),
    );
  },
};

/** One statement of a delete command. */
export async function deleteStatement(
  context: CommandContext,
  name: string,
  statement: Doc,
  variables: Doc | undefined,
): Promise<StatementResult> {
  const where = 'delete.deletes';
  onlyKnown(statement, statementFields, where);
  refuseCollation(statement);
  for (const option of Object.keys(statement)) context.services.record('option', `delete.${option}`);
  const limit = toNumber(statement.limit);
  if (limit !== 0 && limit !== 1)
    throw new MongoFault('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${String(limit)}`);
  if (limit === 0 && context.role.executed)
    throw new MongoFault('InvalidOptions', 'Cannot use retryable writes with limit=0');
  const target = { name, filter: documentIn(statement, 'q', where) ?? {}, hint: statement.hint, variables };
  if (limit === 1) return { n: Number((await changeFirst(context, target, null)) !== undefined) };
  return { n: (await changeAll(context, target, null)).matched };
}
