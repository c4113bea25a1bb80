import { evalExpr } from 'mingo/core';
import type { Options } from 'mingo/types';
import { type CodeName, MongoFault } from '../errors.ts';
import { type Doc, isDocument, toNumber, typeName } from '../value/types.ts';

/** An expression operator in mingo's form: `operand` is not yet evaluated. */
export type Operator = (document: unknown, operand: unknown, options: Options) => unknown;

export const isNothing = (value: unknown): value is null | undefined => value === undefined || value === null;

/** `[x]` and `x` are the same to an operator of one argument. */
export const only = (operand: unknown): unknown =>
  Array.isArray(operand) && operand.length === 1 ? (operand[0] as unknown) : operand;

/** An operator of one argument: nothing stays null. */
export const one =
  (work: (value: unknown) => unknown, nothing: unknown = null): Operator =>
  (document, operand, options) => {
    const value = evalExpr(document, only(operand), options);
    return isNothing(value) ? nothing : work(value);
  };

/** An operator of a list of arguments, evaluated. @throws MongoFault Location16020 for too few or too many */
export const several =
  (name: string, least: number, most: number, work: (...values: unknown[]) => unknown): Operator =>
  (document, operand, options) => {
    const list: unknown[] = Array.isArray(operand) ? operand : [operand];
    if (list.length < least || list.length > most)
      throw new MongoFault(
        'Location16020',
        `Expression ${name} takes ${least === most ? `exactly ${least}` : `at least ${least}`} arguments. ${list.length} were passed in.`,
      );
    return work(...list.map((each) => evalExpr(document, each, options)));
  };

/**
 * An operator of named arguments, evaluated; what is missing is `undefined`.
 * @throws MongoFault FailedToParse for no document, a name unknown, or one missing that must be there
 */
export const named =
  (name: string, known: readonly string[], required: readonly string[], work: (given: Doc) => unknown): Operator =>
  (document, operand, options) => {
    if (!isDocument(operand)) throw new MongoFault('FailedToParse', `${name} only supports an object as its argument`);
    for (const field of Object.keys(operand))
      if (!known.includes(field)) throw new MongoFault('FailedToParse', `${name} found an unknown argument: ${field}`);
    for (const field of required)
      if (!Object.hasOwn(operand, field)) throw new MongoFault('FailedToParse', `${name} requires '${field}'`);
    return work(
      Object.fromEntries(Object.entries(operand).map(([field, each]) => [field, evalExpr(document, each, options)])),
    );
  };

export const numeric = (name: string, code: CodeName, value: unknown): number => {
  const number = toNumber(value);
  if (number === undefined) throw new MongoFault(code, `${name} only supports numeric types, not ${typeName(value)}`);
  return number;
};

export function textOf(name: string, code: CodeName, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new MongoFault(code, `${name} requires a string argument, found: ${typeName(value ?? null)}`);
}

export function arrayOf(name: string, code: CodeName, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new MongoFault(code, `${name} requires an array argument, found: ${typeName(value ?? null)}`);
}

export function wholeOf(name: string, code: CodeName, value: unknown): number {
  const number = toNumber(value);
  if (number === undefined || !Number.isInteger(number))
    throw new MongoFault(
      code,
      `${name} requires an integral argument, found a value of type: ${typeName(value ?? null)}`,
    );
  return number;
}
