import { compileExpression } from '../aggregate/expression.ts';
import { compilePipeline } from '../aggregate/stages.ts';
import { truthy } from '../aggregate/truthy.ts';
import type { Doc } from '../value/types.ts';
import { compileElement } from './match.ts';
import type { QueryScope, Record } from './scope.ts';

/** Runs a pipeline on a collection. */
export type ReadCollection = (collection: string, pipeline: readonly Doc[], scope: QueryScope) => Iterable<Doc>;

/** What only some commands give to what they compile. */
export interface Surroundings {
  /** Lets stages read other collections. */
  read?: ReadCollection;
  interrupt?: () => void;
}

/**
 * What compiling needs for one command.
 * @param variables the command's `let`, evaluated
 */
export function queryScope(record: Record, variables: Doc = {}, around: Surroundings = {}): QueryScope {
  const now = new Date();
  const { read, interrupt } = around;
  const scope: QueryScope = {
    record,
    truthy,
    expression: (expression) => compileExpression(expression, { record, variables, now }),
    element: (condition) => compileElement(condition, scope),
    within: (more) => queryScope(record, { ...variables, ...more }, around),
    check: (pipeline) => void compilePipeline(pipeline, scope),
    ...(interrupt && { interrupt }),
    ...(read && { from: (name, pipeline, more = {}) => read(name, pipeline, scope.within(more)) }),
  };
  return scope;
}
