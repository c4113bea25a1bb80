import { MongoFault } from '../errors.ts';
import type { Position } from '../value/paths.ts';
import { type Doc, isDocument, refuseDecimal, toNumber } from '../value/types.ts';
import { bitTest } from './bits.ts';
import { among, equals, ordered, regexTest, typeOfRegex } from './comparisons.ts';
import { refuseNotHere } from './not-here.ts';
import { isOperatorDocument, isValueCondition } from './operator-document.ts';
import type { QueryScope } from './scope.ts';
import { typeTest } from './types.ts';

/** A test of the value at a path; when negated, it holds if the test holds nowhere on the path. */
export interface Condition {
  test: (value: unknown, position?: Position, isNamed?: boolean) => boolean;
  negated: boolean;
  /** In place of the test: holds when not all of these hold. */
  notAll?: readonly Condition[];
}

/** The conditions of `{ $gt: 1, $lt: 5 }`. @throws MongoFault BadValue */
export function conditionOf(operators: Doc, scope: QueryScope, implicit?: 'implicit'): Condition[] {
  const conditions: Condition[] = [];
  for (const [name, operand] of Object.entries(operators)) {
    scope.record('query', name);
    if (name === '$options') {
      if (!('$regex' in operators)) throw new MongoFault('BadValue', '$options needs a $regex');
      continue;
    }
    if (name === '$all') conditions.push(...allOf(operand, scope));
    else conditions.push(condition(name, operand, operators, scope, implicit));
  }
  return conditions;
}

function condition(
  name: string,
  operand: unknown,
  siblings: Doc,
  scope: QueryScope,
  implicit: 'implicit' | undefined,
): Condition {
  const plain = (test: Condition['test']): Condition => ({ test, negated: false });
  switch (name) {
    case '$eq':
      return plain(unfolded(implicit && typeOfRegex(operand) ? regexTest(operand) : equals(operand)));
    case '$ne':
      if (typeOfRegex(operand)) throw new MongoFault('BadValue', "Can't have regex as arg to $ne.");
      return { test: unfolded(equals(operand)), negated: true };
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return plain(unfolded(ordered(name, operand)));
    case '$in':
      return plain(unfolded(among(name, operand)));
    case '$nin':
      return { test: unfolded(among(name, operand)), negated: true };
    case '$exists': {
      const wanted = operand !== null && operand !== false && toNumber(operand) !== 0 && operand !== undefined;
      return { test: (value) => value !== undefined, negated: !wanted };
    }
    case '$type':
      return plain(unfolded(typeTest(operand)));
    case '$regex': {
      const options = siblings.$options;
      return plain(unfolded(regexTest(operand, options)));
    }
    case '$mod':
      return plain(unfolded(modulo(operand)));
    case '$size':
      return plain(sizeTest(operand));
    case '$elemMatch':
      return plain(elemMatch(operand, scope));
    case '$not':
      return negation(operand, scope);
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      return plain(unfolded(bitTest(name, operand)));
    default:
      refuseNotHere(name);
      throw new MongoFault('BadValue', `unknown operator: ${name}`);
  }
}

/** A test of a value that also holds for an array when it holds for one of its elements. */
function unfolded(test: (value: unknown) => boolean): Condition['test'] {
  return (value, position, isNamed) => {
    if (isNamed || !Array.isArray(value)) return test(value);
    const index = value.findIndex(test);
    if (index < 0) return test(value);
    if (position) position.index = index;
    return true;
  };
}

function modulo(operand: unknown): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw new MongoFault('BadValue', 'malformed mod, needs to be an array');
  const [divisor, remainder] = operand.map(toNumber);
  if (operand.length < 2) throw new MongoFault('BadValue', 'malformed mod, not enough elements');
  if (operand.length > 2) throw new MongoFault('BadValue', 'malformed mod, too many elements');
  if (divisor === undefined || remainder === undefined || !Number.isFinite(divisor) || !Number.isFinite(remainder))
    throw new MongoFault('BadValue', 'malformed mod, divisor or remainder not a number');
  const by = Math.trunc(divisor);
  if (by === 0) throw new MongoFault('BadValue', 'divisor cannot be 0');
  return (value) => {
    refuseDecimal(value);
    const number = toNumber(value);
    return number !== undefined && Number.isFinite(number) && Math.trunc(number) % by === Math.trunc(remainder);
  };
}

function sizeTest(operand: unknown): Condition['test'] {
  const size = toNumber(operand);
  if (size === undefined || !Number.isInteger(size))
    throw new MongoFault('FailedToParse', `Failed to parse $size. Expected an integer`);
  if (size < 0) throw new MongoFault('FailedToParse', 'Failed to parse $size. Expected a non-negative number');
  return (value) => Array.isArray(value) && value.length === size;
}

/** A condition for each: they may hold at different places of the path. */
function allOf(operand: unknown, scope: QueryScope): Condition[] {
  if (!Array.isArray(operand)) throw new MongoFault('BadValue', '$all needs an array');
  const tests = operand.map((one: unknown): Condition['test'] => {
    if (isDocument(one) && '$elemMatch' in one) return elemMatch(one.$elemMatch, scope);
    if (isOperatorDocument(one)) throw new MongoFault('BadValue', 'no $ expressions in $all');
    return unfolded(typeOfRegex(one) ? regexTest(one) : equals(one));
  });
  if (tests.length === 0) return [{ test: () => false, negated: false }];
  return tests.map((test) => ({ test, negated: false }));
}

function elemMatch(operand: unknown, scope: QueryScope): Condition['test'] {
  if (!isDocument(operand)) throw new MongoFault('BadValue', '$elemMatch needs an Object');
  const test = scope.element(operand);
  const asDocuments = !isValueCondition(operand);
  return (value, position) => {
    if (!Array.isArray(value)) return false;
    const index = value.findIndex((one: unknown) => test(asDocuments && Array.isArray(one) ? { ...one } : one));
    if (index >= 0 && position) position.index = index;
    return index >= 0;
  };
}

function negation(operand: unknown, scope: QueryScope): Condition {
  if (typeOfRegex(operand)) return { test: unfolded(regexTest(operand)), negated: true };
  if (!isOperatorDocument(operand)) throw new MongoFault('BadValue', '$not needs a regex or a document');
  const inner = conditionOf(operand, scope);
  const [only] = inner;
  if (only && inner.length === 1) return { test: only.test, negated: !only.negated };
  return { test: () => false, negated: false, notAll: inner };
}
