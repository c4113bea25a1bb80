import { BSONRegExp } from 'bson';
import { MongoFault } from '../errors.ts';
import { fromPcre } from './pcre.ts';

/**
 * A BSON regular expression (PCRE) as JavaScript's, where both mean the same; refused where they do not.
 * https://www.mongodb.com/docs/manual/reference/operator/query/regex/
 * @throws MongoFault Location51091 for a malformed pattern, BadValue for bad options
 */
export function regexOf(
  operand: unknown,
  options?: unknown,
): { pattern: BSONRegExp; compiled: RegExp; matches: (text: string) => boolean } {
  if (options !== undefined && typeof options !== 'string')
    throw new MongoFault('BadValue', '$options has to be a string');
  const { source, flags } = parts(operand);
  if (options !== undefined && flags !== '')
    throw new MongoFault('Location51075', 'options set in both $regex and $options');
  const all = options ?? flags;
  if (/[^imsxu]/.test(all)) throw new MongoFault('Location51108', `invalid flag in regex options: ${all}`);
  let text = source;
  let own = all;
  const inline = /^\(\?([imsx]+)\)/.exec(text);
  if (inline) {
    text = text.slice(inline[0].length);
    own += inline[1];
  }
  const compiled = compile(fromPcre(text, own), own.includes('i') ? 'iu' : 'u');
  return {
    pattern: new BSONRegExp(source, [...all].sort().join('')),
    compiled,
    matches: (value) => compiled.test(value),
  };
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new MongoFault('Location51091', `Regular expression is invalid: ${cause.message}`);
  }
}

function parts(operand: unknown): { source: string; flags: string } {
  if (typeof operand === 'string') return { source: operand, flags: '' };
  if (operand instanceof BSONRegExp) return { source: operand.pattern, flags: operand.options };
  if (operand instanceof RegExp) return { source: operand.source, flags: operand.flags.replace('g', '') };
  throw new MongoFault('BadValue', '$regex has to be a string');
}
