import { Context, evalExpr, ProcessingMode } from 'mingo/core';
import type { Options } from 'mingo/types';
import { MongoFault } from '../errors.ts';
import { refuseNotHere } from '../query/not-here.ts';
import type { Evaluate, Record } from '../query/scope.ts';
import { type Doc, isDocument } from '../value/types.ts';
import { checkArity } from './arity.ts';
import { evaluable, evaluableDocument } from './evaluable.ts';
import { expressionOperators } from './operators.ts';

const context = Context.init({ expression: expressionOperators });

export interface ExpressionScope {
  record: Record;
  /** Values of the command's `let`. */
  variables: Doc;
  now: Date;
}

/**
 * Compiles an aggregation expression: operators are checked once, mingo evaluates.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/
 * @returns a function of a document; `undefined` means that the field is missing
 * @throws MongoFault InvalidPipelineOperator for an operator that is not known here
 */
export function compileExpression(expression: unknown, scope: ExpressionScope): Evaluate {
  checkOperators(expression, scope, new Set(['ROOT', 'CURRENT', 'REMOVE', 'NOW', ...Object.keys(scope.variables)]));
  const prepared = evaluable(expression);
  // Most often of a group of all documents, whose every one would be made ready to be evaluated on.
  if (isConstant(prepared)) return () => prepared;
  const simple = simpleField(prepared);
  if (simple) return (document) => (Object.hasOwn(document, simple) ? document[simple] : undefined);
  const options: Options = {
    idKey: '_id',
    scriptEnabled: false,
    useStrictMode: true,
    failOnError: true,
    processingMode: ProcessingMode.CLONE_OFF,
    variables: evaluableDocument(scope.variables),
    context,
  };
  return (document) => {
    try {
      return evalExpr(evaluableDocument(document), prepared, options);
    } catch (cause) {
      if (cause instanceof MongoFault) throw cause;
      throw new MongoFault('BadValue', cause instanceof Error ? cause.message : String(cause));
    }
  };
}

const isConstant = (expression: unknown): boolean =>
  expression === null ||
  (typeof expression === 'string' ? !expression.startsWith('$') : typeof expression !== 'object');

const simpleField = (expression: unknown): string | undefined =>
  typeof expression === 'string' && /^\$[^$.]+$/.test(expression) ? expression.slice(1) : undefined;

/** What bind variables of their own: the name of the field that names them, or what it is without one. */
const binders: Readonly<{ [operator: string]: (operand: Doc) => string[] }> = {
  $map: ({ as = 'this' }) => [String(as)],
  $filter: ({ as = 'this' }) => [String(as)],
  $reduce: () => ['this', 'value'],
  $let: ({ vars }) => (isDocument(vars) ? Object.keys(vars) : []),
};

function checkOperators(expression: unknown, scope: ExpressionScope, variables: ReadonlySet<string>): void {
  if (typeof expression === 'string') {
    const variable = /^\$\$([^.]*)/.exec(expression)?.[1];
    if (variable !== undefined && !variables.has(variable))
      throw new MongoFault('Location17276', `Use of undefined variable: ${variable}`);
  } else if (Array.isArray(expression)) {
    for (const one of expression) checkOperators(one, scope, variables);
  } else if (isDocument(expression)) {
    const names = Object.keys(expression);
    const operator = names.find((name) => name.startsWith('$'));
    if (operator === undefined) {
      for (const name of names) {
        if (name.includes('.'))
          throw new MongoFault(
            'FailedToParse',
            `FieldPath field names may not contain '.'. Consider using $getField or $setField.`,
          );
        checkOperators(expression[name], scope, variables);
      }
      return;
    }
    if (names.length > 1)
      throw new MongoFault(
        'Location15983',
        `An object representing an expression must have exactly one field: ${names.join(', ')}`,
      );
    refuseNotHere(operator);
    if (!Object.hasOwn(expressionOperators, operator))
      throw new MongoFault('InvalidPipelineOperator', `Unrecognized expression '${operator}'`);
    scope.record('expression', operator);
    if (operator === '$literal') return;
    const operand = expression[operator];
    checkArity(operator, operand);
    const bound = isDocument(operand) ? binders[operator]?.(operand) : undefined;
    checkOperators(operand, scope, bound ? new Set([...variables, ...bound]) : variables);
  }
}
