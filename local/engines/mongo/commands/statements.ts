import { MongoFault } from '../errors.ts';
import { type Doc, toNumber } from '../value/types.ts';
import type { CommandContext } from './context.ts';

/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Write-Command-Batch-Limit-Size */
export const MOST_STATEMENTS = 100_000;

/** Characters of error messages in one answer. */
const MOST_WORDS = 1024 * 1024;

/** What one statement of insert, update or delete did. */
export interface StatementResult {
  n: number;
  nModified?: number;
  upserted?: unknown;
}

/**
 * Runs the statements of a write command; a retryable write's statement that ran before is answered and not run again.
 * https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md
 * @returns the answer, with writeErrors for statements that failed
 * @throws MongoFault when a transaction must be begun anew
 */
export async function runStatements<Statement>(
  context: CommandContext,
  statements: readonly Statement[],
  run: (statement: Statement) => Promise<StatementResult>,
): Promise<Doc> {
  if (statements.length === 0 || statements.length > MOST_STATEMENTS)
    throw new MongoFault(
      'InvalidLength',
      `Write batch sizes must be between 1 and ${MOST_STATEMENTS}. Got ${statements.length} operations.`,
    );
  const ordered = context.command.ordered !== false;
  const answer = { n: 0, nModified: 0, upserted: [] as Doc[], writeErrors: [] as Doc[], retried: [] as number[] };
  let said = 0;
  for (const [index, statement] of statements.entries()) {
    const id = statementId(context.command, index);
    const before = context.role.executed?.get(id) as StatementResult | undefined;
    if (before) answer.retried.push(id);
    try {
      if (context.role.executed && !before) context.services.failPoints?.meetWrite(context.connection);
      const result = before ?? (await run(statement));
      context.role.executed?.set(id, result);
      answer.n += result.n;
      answer.nModified += result.nModified ?? 0;
      if (result.upserted !== undefined) answer.upserted.push({ index, _id: result.upserted });
    } catch (cause) {
      if (!(cause instanceof MongoFault)) throw cause;
      if (isCommandFault(cause)) throw cause;
      // The reply itself must not become too large: past that, errors come without their words.
      const errmsg = said > MOST_WORDS ? '' : cause.message;
      said += errmsg.length;
      answer.writeErrors.push({ index, code: cause.code, errmsg, ...cause.details });
      if (ordered || context.role.transaction) break;
    }
  }
  return {
    n: answer.n,
    ...(context.name === 'update' && { nModified: answer.nModified }),
    ...(answer.upserted.length > 0 && { upserted: answer.upserted }),
    ...(answer.writeErrors.length > 0 && { writeErrors: answer.writeErrors }),
    ...(answer.retried.length > 0 && { retriedStmtIds: answer.retried }),
  };
}

/** What ends the whole command and not one statement. */
export const isCommandFault = (fault: MongoFault): boolean =>
  fault.labels.length > 0 || fault.codeName === 'InterruptedAtShutdown' || fault.codeName === 'MaxTimeMSExpired';

/** The number by which a session remembers a statement. */
export function statementId(command: Doc, index: number): number {
  const ids = command.stmtIds;
  if (Array.isArray(ids)) return toNumber(ids[index]) ?? index;
  return (toNumber(command.stmtId) ?? 0) + index;
}
