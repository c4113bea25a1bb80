import { compileExpression } from '../aggregate/expression.ts';
import { MongoFault } from '../errors.ts';
import type { Doc } from '../value/types.ts';
import { documentIn } from './arguments.ts';
import type { CommandContext } from './context.ts';

/** The command's `let`, evaluated: constants, or expressions of constants. @throws MongoFault FailedToParse for a bad name */
export function variablesOf(context: CommandContext): Doc | undefined {
  const given = documentIn(context.command, 'let', context.name);
  if (!given) return undefined;
  const scope = { record: context.services.record, variables: {}, now: new Date() };
  return Object.fromEntries(
    Object.entries(given).map(([name, expression]) => {
      if (!/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name))
        throw new MongoFault('FailedToParse', `'${name}' starts with an invalid character for a user variable name`);
      return [name, compileExpression(expression, scope)({})];
    }),
  );
}
