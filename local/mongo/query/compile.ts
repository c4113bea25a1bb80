import { compileExpression } from '../aggregate/expression.ts';
import { truthy } from '../aggregate/truthy.ts';
import type { Doc } from '../value/types.ts';
import { compileElement } from './match.ts';
import type { QueryScope, Record } from './scope.ts';

/**
 * What compiling needs for one command.
 * @param variables the command's `let`, evaluated
 */
export function queryScope(record: Record, variables: Doc = {}): QueryScope {
  const now = new Date();
  const scope: QueryScope = {
    record,
    truthy,
    expression: (expression) => compileExpression(expression, { record, variables, now }),
    element: (condition) => compileElement(condition, scope),
  };
  return scope;
}
