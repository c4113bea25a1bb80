import { MongoFault } from '../errors.ts';
import type { IndexSpec } from '../storage/collection-index.ts';
import { type Doc, isDocument, toNumber } from '../value/types.ts';
import { documentIn, flagIn, refuseCollation, stringIn } from './arguments.ts';
import type { CommandContext } from './context.ts';

const known = new Set([
  ...['key', 'name', 'unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds', 'hidden', 'v'],
  ...['background', 'dropDups', 'collation', 'ns'],
]);

/**
 * Reads the description of one index.
 * @throws MongoFault CannotCreateIndex, InvalidIndexSpecificationOption, NotImplemented for kinds that are not here
 */
export function specOf(context: CommandContext, given: Doc): IndexSpec {
  const where = 'createIndexes.indexes';
  for (const option of Object.keys(given)) {
    context.services.record('option', `index.${option}`);
    if (!known.has(option))
      throw new MongoFault(
        'InvalidIndexSpecificationOption',
        `The field '${option}' is not valid for an index specification`,
      );
  }
  refuseCollation(given);
  const key = documentIn(given, 'key', where);
  if (!key || Object.keys(key).length === 0)
    throw new MongoFault('CannotCreateIndex', 'Index keys cannot be an empty document');
  const fields = Object.entries(key).map(([path, direction]) => [path, directionOf(path, direction)] as const);
  const name = stringIn(given, 'name', where);
  if (name === undefined || name === '')
    throw new MongoFault('FailedToParse', "The 'name' field is a required property of an index specification");
  if (name === '*') throw new MongoFault('BadValue', 'The index name * is not valid.');
  const unique = flagIn(given, 'unique', where);
  const sparse = flagIn(given, 'sparse', where);
  const hidden = flagIn(given, 'hidden', where);
  const partialFilterExpression = documentIn(given, 'partialFilterExpression', where);
  if (partialFilterExpression) checkPartial(partialFilterExpression);
  if (partialFilterExpression && sparse)
    throw new MongoFault('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  const expireAfterSeconds = expiry(given.expireAfterSeconds, fields.length);
  const background = flagIn(given, 'background', where);
  return {
    name,
    key: Object.fromEntries(fields),
    ...(unique && { unique }),
    ...(sparse && { sparse }),
    ...(hidden && { hidden }),
    ...(background !== undefined && { background }),
    ...(partialFilterExpression && { partialFilterExpression }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
  };
}

function directionOf(path: string, direction: unknown): 1 | -1 {
  if (/(^|\.)\$\*\*$/.test(path) || typeof direction === 'string')
    throw new MongoFault('NotImplemented', `this engine has ordered indexes only, not ${String(direction)} on ${path}`);
  if (path === '' || path.split('.').some((part) => part === '' || part.startsWith('$')))
    throw new MongoFault('CannotCreateIndex', `Index key contains an illegal field name: '${path}'`);
  const number = toNumber(direction);
  if (number === undefined || number === 0 || Number.isNaN(number))
    throw new MongoFault(
      'CannotCreateIndex',
      `Values in v:2 index key pattern cannot be of this kind: ${String(direction)}`,
    );
  return number > 0 ? 1 : -1;
}

function expiry(value: unknown, fields: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = toNumber(value);
  if (seconds === undefined)
    throw new MongoFault('CannotCreateIndex', "TTL index 'expireAfterSeconds' option must be numeric");
  if (seconds < 0 || seconds > 2_147_483_647)
    throw new MongoFault(
      'CannotCreateIndex',
      "TTL index 'expireAfterSeconds' option must be within an acceptable range",
    );
  if (fields !== 1)
    throw new MongoFault(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes, compound indexes do not support TTL',
    );
  return seconds;
}

const partialOperators = new Set(['$eq', '$exists', '$gt', '$gte', '$lt', '$lte', '$type', '$in']);

/** https://www.mongodb.com/docs/manual/core/index-partial/#create-a-partial-index */
function checkPartial(expression: Doc): void {
  for (const [name, value] of Object.entries(expression)) {
    if (name === '$and' && Array.isArray(value)) {
      for (const branch of value as unknown[]) if (isDocument(branch)) checkPartial(branch);
    } else if (name.startsWith('$'))
      throw new MongoFault('CannotCreateIndex', `unsupported expression in partial index: ${name}`);
    else if (isDocument(value)) {
      for (const [operator, operand] of Object.entries(value))
        if (
          operator.startsWith('$') &&
          (!partialOperators.has(operator) || (operator === '$exists' && operand !== true))
        )
          throw new MongoFault('CannotCreateIndex', `unsupported expression in partial index: ${operator}`);
    }
  }
}
