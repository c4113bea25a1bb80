import { attributeForms } from '../core/attribute-forms.ts';
import { shown } from '../core/problem.ts';
import { toMilliseconds } from '../core/rfc3339.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { strangeName } from './strange-name.ts';

/** Makes of a member's value what the service works with. @param name of the member, for its reader @throws HttpProblem 400 */
export type Reader<Value> = (value: unknown, name: string) => Value;
/** The members that an object may have. */
export type Readers<Values> = { readonly [Name in keyof Values]: Reader<Values[Name]> };

/**
 * The members of an object that commands something. None is passed over and none is taken for another: whoever sends null, or
 * text for a number, means something that is not known here.
 * @param where the object stands, as it begins the names in a problem
 * @returns what was sent; other members are absent
 * @throws HttpProblem 400 for a member that no reader has, for null, and for a value of another type
 */
export function readMembers<Values extends object>(
  object: object,
  readers: Readers<Values>,
  where = '',
): Partial<Values> {
  const read: Partial<Values> = {};
  for (const [name, value] of Object.entries(object)) {
    if (!isNameOf(readers, name)) throw strangeName(name, Object.keys(readers), where);
    if (value === null) throw invalidParameter(`${where}${name}`, 'must not be null; leave it out');
    read[name] = readers[name](value, `${where}${name}`);
  }
  return read;
}

const isNameOf = <Values extends object>(readers: Readers<Values>, name: PropertyKey): name is keyof Values =>
  Object.hasOwn(readers, name);

/** Any JSON but null. */
export const anything: Reader<unknown> = (value) => value;

export const flag: Reader<boolean> = (value, name) => {
  if (typeof value !== 'boolean') throw invalidParameter(name, 'must be true or false');
  return value;
};

/** A whole number. @param unit what it counts */
export const whole =
  (least: number, most: number, unit: string): Reader<number> =>
  (value, name) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw invalidParameter(name, `must be a whole number from ${least} to ${most}: ${unit}`);
  };

/** A text in which something stands. */
export const textUpTo =
  (most: number): Reader<string> =>
  (value, name) => {
    if (typeof value === 'string' && value.trim() !== '' && value.length <= most) return value;
    throw invalidParameter(name, `must be a text of 1 to ${most} characters`);
  };

export const timestamp: Reader<string> = (value, name) => {
  const time =
    typeof value === 'string' && value.length <= attributeForms.time.maxLength ? toMilliseconds(value) : undefined;
  if (time === undefined) throw invalidParameter(name, 'must be a timestamp of RFC 3339');
  return time;
};

export const word =
  <Word extends string>(words: readonly Word[]): Reader<Word> =>
  (value, name) => {
    const found = words.find((one) => one === value);
    if (found !== undefined) return found;
    const given = typeof value === 'string' ? `is ${shown(value)}; it ` : '';
    throw invalidParameter(name, `${given}must be one of ${words.join(', ')}`);
  };

/** A list of at least one, each once. */
export const listOf =
  <One>(read: Reader<One>, most: number): Reader<One[]> =>
  (value, name) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > most)
      throw invalidParameter(name, `must be a list of 1 to ${most}`);
    return [...new Set(value.map((one) => read(one, name)))];
  };

/** @param hint what an object without members means there */
export const objectOf =
  <Values extends object>(readers: Readers<Values>, hint: string): Reader<Partial<Values>> =>
  (value, name) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return readMembers(value, readers, `${name}.`);
    }
    throw invalidParameter(name, `must be an object; ${hint}`);
  };
