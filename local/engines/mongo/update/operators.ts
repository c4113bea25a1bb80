import { MongoFault } from '../errors.ts';
import { compare } from '../value/key.ts';
import { isDocument, typeName } from '../value/types.ts';
import { bitwise, calculate, requireNumber } from './arithmetic.ts';
import { addToSet, pop, pull, pullAll, push } from './arrays.ts';
import type { Change } from './draft.ts';
import type { UpdateScope } from './scope.ts';

/** One operator on one path, ready to run. */
export interface Modifier {
  change: Change;
  /** Missing documents on the way are made. */
  creates: boolean | 'never';
  /** Only when the upsert inserts. */
  onInsert?: true;
}

/**
 * https://www.mongodb.com/docs/manual/reference/operator/update/
 * @throws MongoFault FailedToParse for an operator that is not known; TypeMismatch, BadValue for a wrong operand
 */
export function modifierOf(name: string, path: string, operand: unknown, scope: UpdateScope): Modifier {
  switch (name) {
    case '$set':
      return { creates: true, change: () => operand };
    case '$setOnInsert':
      return { creates: true, change: () => operand, onInsert: true };
    case '$unset':
      return { creates: 'never', change: () => undefined };
    case '$inc':
    case '$mul':
      return { creates: true, change: arithmetic(name, path, operand) };
    case '$min':
    case '$max': {
      const sign = name === '$min' ? 1 : -1;
      return {
        creates: true,
        change: (before) => (before === undefined || sign * compare(operand, before) < 0 ? operand : before),
      };
    }
    case '$currentDate':
      return { creates: true, change: currentDate(path, operand, scope) };
    case '$push':
      return { creates: true, change: push(path, operand, scope) };
    case '$addToSet':
      return { creates: true, change: addToSet(path, operand, scope) };
    case '$pull':
      return { creates: false, change: pull(operand, scope) };
    case '$pullAll':
      return { creates: false, change: pullAll(operand) };
    case '$pop':
      return { creates: false, change: pop(path, operand) };
    case '$bit':
      return { creates: true, change: bits(path, operand) };
    default:
      throw new MongoFault(
        'FailedToParse',
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
  }
}

function arithmetic(name: '$inc' | '$mul', path: string, operand: unknown): Change {
  const verb = name === '$inc' ? 'increment' : 'multiply';
  requireNumber(operand, () => `Cannot ${verb} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`);
  return (before) => {
    if (before === undefined) return name === '$inc' ? operand : calculate('$mul', 0, operand);
    requireNumber(
      before,
      () => `Cannot apply ${name} to a value of non-numeric type. The field '${path}' is of type ${typeName(before)}`,
    );
    return calculate(name, before, operand);
  };
}

function currentDate(path: string, operand: unknown, scope: UpdateScope): Change {
  const type = isDocument(operand) ? operand.$type : operand;
  if (type === 'timestamp') return () => scope.timestamp();
  if (typeof type !== 'boolean' && type !== 'date')
    throw new MongoFault('BadValue', `${path}: $currentDate takes true or { $type: 'date' | 'timestamp' }`);
  return () => new Date();
}

function bits(path: string, operand: unknown): Change {
  if (!isDocument(operand) || Object.keys(operand).length === 0)
    throw new MongoFault('BadValue', `The $bit modifier is not compatible with a ${typeName(operand)}`);
  const integer = (value: unknown): boolean => ['int', 'long'].includes(typeName(value));
  for (const [name, value] of Object.entries(operand)) {
    if (!['and', 'or', 'xor'].includes(name))
      throw new MongoFault(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator`,
      );
    if (!integer(value)) throw new MongoFault('BadValue', 'The $bit modifier field must be an Integer(32/64 bit)');
  }
  return (before) => {
    if (before !== undefined && !integer(before))
      throw new MongoFault(
        'BadValue',
        `Cannot apply $bit to a value of non-integral type. The field '${path}' is of type ${typeName(before)}`,
      );
    let bits: unknown = before ?? 0;
    for (const [name, one] of Object.entries(operand)) bits = bitwise(name, bits, one);
    return bits;
  };
}
